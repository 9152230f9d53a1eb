import { type ClauseId, durationFromMs } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import { silence } from '../caller/speech.js';
import type { Scenario, Stage } from './scenario.js';

/** Between two steps, so that neither side comes near a rate limit, in milliseconds. */
const STEP_GAP_MS = 200;

interface Step {
  readonly clause: ClauseId;
  readonly what: string;
  act(call: RawCall): void | Promise<void>;
}

/** Does one step after the other, each followed by a `ping`; after one that ended the call, on a new call. */
async function runSteps(stage: Stage, name: string, steps: readonly Step[]): Promise<void> {
  let call = await stage.open({ call: name });
  for (const [index, { clause, what, act }] of steps.entries()) {
    if (!call?.isOpen) {
      await call?.hangUp();
      call = await stage.open({ call: `${name}, from step ${index + 1}` });
      if (!call) return;
    }
    call.mark({ expected: 'tolerate', clause, what });
    await act(call);
    await call.wait(STEP_GAP_MS);
    await call.ping();
  }
  await call?.hangUp();
}

const gap = (call: RawCall) => ({ start: durationFromMs(call.audio.positionMs), discarded: 'PT0.4S' });

const MESSAGES: readonly Step[] = [
  {
    clause: 'AC-MSG-11',
    what: 'a ping with fields that nobody knows',
    act: (call) =>
      call.send('ping', { rtt: 'PT0.1S', hooklineUnknown: { a: [1] } }, { hooklineUnknown: null }),
  },
  {
    clause: 'AC-MSG-12',
    what: 'a message of a type that nobody knows',
    act: (call) => call.raw(JSON.stringify({ ...call.envelope('hookline_unknown'), parameters: {} })),
  },
  {
    clause: 'AC-UPDATE-1',
    what: 'update with a language',
    act: (call) => call.send('update', { language: 'es-es' }),
  },
  { clause: 'AC-UPDATE-1', what: 'update without a language', act: (call) => call.send('update') },
  { clause: 'AC-DTMF-2', what: 'the unknown key "X"', act: (call) => call.send('dtmf', { digit: 'X' }) },
  {
    clause: 'AC-ERR-3',
    what: 'error 400',
    act: (call) => call.send('error', { code: 400, message: 'bad request' }),
  },
  {
    clause: 'AC-ERR-3',
    what: 'error 429',
    act: (call) => call.send('error', { code: 429, message: 'rate limit exceeded', retryAfter: 'PT0.2S' }),
  },
  {
    clause: 'AC-OPEN-8',
    what: 'a second open',
    act: (call) => call.open(),
  },
];

const HOLD: readonly Step[] = [
  {
    clause: 'AC-PAUSE-8',
    what: 'paused that the bot did not ask for',
    act: (call) => {
      call.audio.pause();
      call.send('paused');
    },
  },
  { clause: 'AC-DTMF-3', what: 'a key while paused', act: (call) => call.send('dtmf', { digit: '5' }) },
  { clause: 'AC-AUDIO-9', what: 'audio while paused', act: (call) => call.binary(silence(200)) },
  { clause: 'AC-PAUSE-8', what: 'resumed', act: (call) => call.resume() },
  { clause: 'AC-PAUSE-8', what: 'discarded', act: (call) => call.send('discarded', gap(call)) },
];

/** Frame lengths in bytes of µ-law; the longest is 7.5 s. */
const SIZES = [1, 7, 160, 333, 3200, 60_000];
/** Audio that was held and comes at once, in milliseconds and as frames. */
const BURST_MS = 10_400;
const BURST_FRAMES = 13;

const FRAMES: readonly Step[] = [
  ...SIZES.map((size) => ({
    clause: 'AC-AUDIO-6' as const,
    what: `a frame of ${size} bytes`,
    act: (call: RawCall) => call.audio.frame(silence(size / 8)),
  })),
  { clause: 'AC-AUDIO-10', what: 'an empty binary frame', act: (call) => call.binary(new Uint8Array(0)) },
  {
    clause: 'AC-AUDIO-11',
    what: `${BURST_MS / 1000} s of audio at once, after a stall`,
    async act(call) {
      call.audio.hold();
      await call.wait(600);
      for (let sent = 0; sent < BURST_FRAMES; sent++) call.audio.frame(silence(BURST_MS / BURST_FRAMES));
      call.audio.release();
    },
  },
];

/** Messages out of the ordinary. */
export const messages: Scenario = {
  name: 'messages',
  about:
    'Messages that a bot need not act on but must bear: unknown fields and types, update, error, a second open.',
  shows: ['AC-MSG-11', 'AC-MSG-12', 'AC-MSG-13', 'AC-UPDATE-1', 'AC-DTMF-2', 'AC-ERR-3', 'AC-OPEN-8'],
  run: (stage) => runSteps(stage, 'messages out of the ordinary', MESSAGES),
};

/** A client that pauses of its own accord. */
export const hold: Scenario = {
  name: 'hold',
  about: 'The client pauses and resumes of its own accord; keys and a stray frame come while it is paused.',
  shows: ['AC-PAUSE-8', 'AC-DTMF-3', 'AC-AUDIO-9'],
  run: (stage) => runSteps(stage, 'a pause of the client', HOLD),
};

/** Caller audio in other pieces. */
export const frames: Scenario = {
  name: 'frames',
  about: 'Caller audio in frames of 0 bytes to 60 KB, and 10 s of it at once after a stall.',
  shows: ['AC-AUDIO-6', 'AC-AUDIO-10', 'AC-AUDIO-11'],
  run: (stage) => runSteps(stage, 'frames of other sizes', FRAMES),
};

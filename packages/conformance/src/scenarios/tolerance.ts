import { type ClauseId, durationFromMs, FRAME_MS } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import { silence } from '../caller/speech.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { pressKeys } from './trigger.js';

/** The pause after each step, which keeps both sides below the rate limits, in milliseconds. */
const STEP_GAP_MS = 200;

interface Step {
  readonly clause: ClauseId;
  readonly description: string;
  /** What must have happened before in the same call, if the step is repeated on a new one. */
  prepare?(call: RawCall): void;
  run(call: RawCall): void | Promise<void>;
}

/**
 * Runs the steps one at a time, each followed by a `ping`. If the call ends, repeats the step once on a new call, because
 * the bot may have ended it for another reason, and continues.
 */
async function runSteps(context: ScenarioContext, name: string, steps: readonly Step[]): Promise<void> {
  let call = await context.open({ call: name });
  for (const [index, step] of steps.entries()) {
    for (const isAgain of [false, true]) {
      const isNew = !call?.isOpen;
      if (!call?.isOpen) {
        await call?.hangUp();
        call = await context.open({ call: `${name}, from step ${index + 1}${isAgain ? ' again' : ''}` });
        if (!call) return;
      }
      if (isNew && step.prepare) {
        step.prepare(call);
        await call.wait(STEP_GAP_MS);
        await call.ping();
        if (!call.isOpen) break;
      }
      await runStep(call, step);
      if (call.isOpen) break;
    }
  }
  await call?.hangUp();
}

async function runStep(call: RawCall, { clause, description, run }: Step): Promise<void> {
  call.mark({ expected: 'tolerate', clause, description });
  await run(call);
  await call.wait(STEP_GAP_MS);
  await call.ping();
}

const gap = (call: RawCall) => ({ start: durationFromMs(call.audio.positionMs), discarded: 'PT0.4S' });

const MESSAGES: readonly Step[] = [
  {
    clause: 'AC-MSG-11',
    description: 'a `ping` with unknown fields',
    run: (call) =>
      call.send('ping', { rtt: 'PT0.1S', hooklineUnknown: { a: [1] } }, { hooklineUnknown: null }),
  },
  {
    clause: 'AC-MSG-12',
    description: 'a message of an unknown type',
    run: (call) => call.sendText(JSON.stringify({ ...call.envelope('hookline_unknown'), parameters: {} })),
  },
  {
    clause: 'AC-UPDATE-1',
    description: '`update` with a language',
    run: (call) => call.send('update', { language: 'es-es' }),
  },
  { clause: 'AC-UPDATE-1', description: '`update` without a language', run: (call) => call.send('update') },
  {
    clause: 'AC-DTMF-2',
    description: 'the unknown key "X"',
    run: (call) => call.send('dtmf', { digit: 'X' }),
  },
  {
    clause: 'AC-ERR-3',
    description: 'error 400',
    run: (call) => call.send('error', { code: 400, message: 'bad request' }),
  },
  {
    clause: 'AC-ERR-3',
    description: 'error 429',
    run: (call) => call.send('error', { code: 429, message: 'rate limit exceeded', retryAfter: 'PT0.2S' }),
  },
  {
    clause: 'AC-OPEN-8',
    description: 'a second `open`',
    run: (call) => call.sendOpen(),
  },
  // Last, because a bot may end the call after a number of keys.
  { clause: 'AC-DTMF-2', description: 'the key *', run: (call) => pressKeys(call, '*') },
  { clause: 'AC-DTMF-2', description: 'the keys A to D', run: (call) => pressKeys(call, 'ABCD') },
];

const pause = (call: RawCall) => {
  call.audio.pause();
  call.send('paused');
};

const HOLD: readonly Step[] = [
  { clause: 'AC-PAUSE-8', description: '`paused` that the bot did not request', run: pause },
  {
    clause: 'AC-DTMF-3',
    description: 'a key while paused',
    prepare: pause,
    run: (call) => call.send('dtmf', { digit: '5' }),
  },
  {
    clause: 'AC-AUDIO-9',
    description: 'audio while paused',
    prepare: pause,
    run: (call) => call.sendBinary(silence(200)),
  },
  { clause: 'AC-PAUSE-8', description: '`resumed`', prepare: pause, run: (call) => call.resume() },
  { clause: 'AC-PAUSE-8', description: '`discarded`', run: (call) => call.send('discarded', gap(call)) },
];

/** Frame sizes in bytes of µ-law; the largest is 7.5 s. */
const SIZES = [1, 7, 160, 333, 3200, 60_000];
/** The audio that is sent at once, in milliseconds, in frames as the platform sends them: only the burst is unusual. */
const BURST_MS = 10_400;

const FRAMES: readonly Step[] = [
  ...SIZES.map((size) => ({
    clause: 'AC-AUDIO-6' as const,
    description: `a frame of ${size} bytes`,
    run: (call: RawCall) => call.audio.sendFrame(silence(size / 8)),
  })),
  {
    clause: 'AC-AUDIO-10',
    description: 'an empty binary frame',
    run: (call) => call.sendBinary(new Uint8Array(0)),
  },
  {
    clause: 'AC-AUDIO-11',
    description: `${BURST_MS / 1000} s of audio at once, after a stall`,
    async run(call) {
      call.audio.holdFrames();
      await call.wait(600);
      for (let ms = 0; ms < BURST_MS; ms += FRAME_MS) call.audio.sendFrame(silence(FRAME_MS));
      call.audio.releaseFrames();
    },
  },
];

/** Unusual messages. */
export const messages: Scenario = {
  name: 'messages',
  description:
    'Messages that a bot may ignore but must tolerate: unknown fields and types, `update`, `error`, a second `open`, the keys `*` and A to D.',
  covers: ['AC-MSG-11', 'AC-MSG-12', 'AC-MSG-13', 'AC-UPDATE-1', 'AC-DTMF-2', 'AC-ERR-3', 'AC-OPEN-8'],
  run: (context) => runSteps(context, 'unusual messages', MESSAGES),
};

/** A pause that the client starts. */
export const hold: Scenario = {
  name: 'hold',
  description:
    'The client pauses and resumes without a request of the bot; it sends a key and a frame of audio while paused.',
  covers: ['AC-PAUSE-8', 'AC-DTMF-3', 'AC-AUDIO-9'],
  run: (context) => runSteps(context, 'a pause of the client', HOLD),
};

/** Caller audio in frames of other sizes. */
export const frames: Scenario = {
  name: 'frames',
  description: 'Caller audio in frames of 0 bytes to 60 KB, and 10 s of it at once after a stall.',
  covers: ['AC-AUDIO-6', 'AC-AUDIO-10', 'AC-AUDIO-11'],
  run: (context) => runSteps(context, 'frames of other sizes', FRAMES),
};

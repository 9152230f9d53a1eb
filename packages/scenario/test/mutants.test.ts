import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, peakMulaw, readWav, sine } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-mutants-'));
writeFileSync(join(folder, 'hello.wav'), phrase('hello').bytes);
writeFileSync(join(folder, 'which-day.wav'), phrase('choose').bytes);
afterAll(() => rmSync(folder, { recursive: true }));

const SCENARIO = `version: 1
name: books a table
call: { connectorId: book }
steps:
  - expect: { turn: { text: /welcome/i } }
  - expect: { playback: { ended: completed, heard: ">= 1s" } }
  - say: hello.wav
  - expect: { reply: "<= 1500ms" }
  - expect: { turn: { disposition: match, text: /which day/i, confidence: ">= 0.5" } }
  - expect: { audio: { sounds_like: which-day.wav, level: ">= -35dB", gaps: "<= 900ms" } }
  - dtmf: "12#"
  - expect: barge_in
    within: 400ms
  - expect: { absent: playback_started, for: 500ms }
  - expect: { turn: { text: booked } }
    within: 2s
  - expect: disconnect
end:
  path: success
  outputs: { day: "12", id: { matches: '^R-\\d+$' } }
  undeclaredOutputs: error
  never: [error, { ping_rtt: "> 500ms" }]
`;

const mulaw = (name: 'hello' | 'choose' | 'greeting') => encodeMulaw(readWav(phrase(name).bytes).samples);

/** How a mutant differs from the correct bot. */
interface Mutation {
  readonly welcome?: string | undefined;
  readonly greeting?: Uint8Array;
  readonly replyMs?: number;
  readonly turn?: object | undefined;
  readonly answer?: Uint8Array;
  readonly keepsSpeaking?: boolean;
  readonly bargeIn?: boolean;
  readonly booked?: string;
  readonly outputs?: Record<string, string>;
  readonly reason?: 'completed' | 'error';
  readonly hangsUp?: boolean;
  readonly pongMs?: number;
  readonly junk?: boolean;
  /** Ends the call in place of `opened`, with this text. */
  readonly refuses?: string;
  /** What the caller says at first. */
  readonly says?: string;
}

/** A bot on plain messages: it greets, answers speech, stops for a key and books on `#`. */
function serve(clock: VirtualClock, mutation: Mutation): ScriptedServer {
  const server = new ScriptedServer(clock);
  const {
    welcome = 'Welcome!',
    greeting = mulaw('greeting'),
    replyMs = 800,
    turn = { disposition: 'match', text: 'Which day?', confidence: 0.9 },
    answer = mulaw('choose'),
    bargeIn = true,
    booked = 'booked',
    outputs = { day: '12', id: 'R-17' },
    reason = 'completed',
  } = mutation;
  const event = (type: string, data: object) => server.send('event', { entities: [{ type, data }] });
  const play = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += 8000) server.binary(bytes.subarray(at, at + 8000));
  };
  let frames = 0;
  let lastLoudMs: number | undefined;
  let answered = false;
  let keys = '';
  const watch = () => {
    if (server.ended) return;
    for (; frames < server.audio.length; frames++) {
      const frame = server.audio[frames];
      if (frame && peakMulaw(frame.what) > 1000) lastLoudMs = frame.atMs;
    }
    if (mutation.hangsUp && lastLoudMs !== undefined) {
      server.send('disconnect', { reason: 'completed', outputVariables: {} });
      return;
    }
    if (!answered && lastLoudMs !== undefined && clock.now() - lastLoudMs >= replyMs) {
      answered = true;
      if ('turn' in mutation ? mutation.turn : turn) event('bot_turn_response', turn);
      play(answer);
    }
    const pressed = server
      .of('dtmf')
      .map(({ parameters }) => parameters.digit)
      .join('');
    if (pressed !== keys) {
      if (keys === '' && bargeIn) event('barge_in', {});
      keys = pressed;
      if (keys.endsWith('#')) {
        if (mutation.keepsSpeaking) play(answer);
        clock.after(700, () => {
          event('bot_turn_response', { disposition: 'match', text: booked });
          if (mutation.junk) server.text('{');
          server.send('disconnect', { reason, outputVariables: outputs });
        });
        return;
      }
    }
    clock.after(20, watch);
  };
  void server.next('open').then(() => {
    clock.after(100, () => {
      if (welcome !== '') event('bot_turn_response', { disposition: 'match', text: welcome });
      play(greeting);
      watch();
    });
  });
  if (mutation.refuses !== undefined) {
    const { refuses } = mutation;
    server.auto.opened = undefined;
    void server.next('open').then(() => server.send('disconnect', { reason: 'error', info: refuses }));
  }
  if (mutation.pongMs !== undefined) {
    server.auto.pong = false;
    const late = () =>
      void server.next('ping').then(() => {
        clock.after(mutation.pongMs ?? 0, () => server.send('pong', {}));
        late();
      });
    late();
  }
  return server;
}

async function run(mutation: Mutation, text = SCENARIO) {
  const { scenarios, problems } = await readScenarios(text, join(folder, 'book.call.yaml'));
  expect(problems).toEqual([]);
  const clock = new VirtualClock();
  const result = await runVirtual(scenarios, serve(clock, mutation), clock);
  // Lets the timers of the bot run out.
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
  return result;
}

/** The line of the step of the scenario above, from 1. */
const MUTANTS: readonly (readonly [what: string, mutation: Mutation, line: number, got: RegExp])[] = [
  ['says other words in the greeting', { welcome: 'Hello!' }, 5, /turn match "Hello!"/],
  ['reports no turn for the greeting', { welcome: '' }, 5, /no turn, but/],
  ['greets for half a second', { greeting: mulaw('greeting').subarray(0, 4000) }, 6, /500 ms heard/],
  ['never greets', { greeting: new Uint8Array(0) }, 6, /no playback_completed|nothing/],
  ['answers late', { replyMs: 2000 }, 8, /reply after 2/],
  ['never answers', { replyMs: 1e9 }, 8, /nothing|no reply/],
  ['hangs up on speech', { hangsUp: true }, 8, /the call ended on the success path/],
  [
    'does not understand',
    { turn: { disposition: 'no_match', text: 'Which day?', confidence: 0.9 } },
    9,
    /no_match/,
  ],
  [
    'is not sure',
    { turn: { disposition: 'match', text: 'Which day?', confidence: 0.2 } },
    9,
    /confidence 0.2/,
  ],
  ['reports no turn', { turn: undefined }, 9, /no turn/],
  ['says something else', { answer: mulaw('greeting') }, 10, /a similarity of 0/],
  ['beeps', { answer: encodeMulaw(sine({ hz: 440, ms: 3000, dbfs: -20 })) }, 10, /a similarity of 0/],
  ['is silent', { answer: new Uint8Array(24_000).fill(0xff) }, 8, /no reply/],
  [
    'whispers',
    { answer: encodeMulaw(readWav(phrase('choose').bytes).samples.map((s) => s / 32)) },
    10,
    /level -/,
  ],
  ['does not stop at a key', { bargeIn: false }, 12, /nothing|no barge_in/],
  ['continues to speak after a key', { keepsSpeaking: true }, 14, /playback_started/],
  ['books something else', { booked: 'sorry' }, 15, /"sorry"/],
  ['ends with an error', { reason: 'error' }, 19, /bot-error/],
  ['returns another day', { outputs: { day: '13', id: 'R-17' } }, 19, /"13"/],
  ['returns no id', { outputs: { day: '12' } }, 19, /only the outputs day/],
  ['returns a wrong id', { outputs: { day: '12', id: 'X' } }, 19, /"X"/],
  ['returns too much', { outputs: { day: '12', id: 'R-1', debug: 'x' } }, 19, /debug/],
  ['breaks the protocol', { junk: true }, 22, /error 400/],
  ['answers pings late', { pongMs: 600 }, 22, /pong/],
];

describe('a scenario', () => {
  test('passes with the correct bot', async () => {
    const { failure, steps } = await run({});
    expect(failure).toBeUndefined();
    expect(steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  test.each(MUTANTS)('fails at the right step with a bot that %s', async (_, mutation, line, got) => {
    const { passed, failure, steps } = await run(mutation);
    expect([passed, failure?.place.line, failure?.got]).toEqual([false, line, expect.stringMatching(got)]);
    // What comes behind the failed step is not run.
    const failed = steps.findIndex(({ outcome }) => outcome === 'failed');
    if (failed >= 0) {
      expect(steps.slice(failed + 1).every(({ outcome }) => outcome === 'notRun')).toBe(true);
    }
  });
});

/** A step, what the bot does, and what the report says was expected and came. */
const REPORTED: readonly (readonly [step: string, mutation: Mutation, expected: string, got: RegExp])[] = [
  [
    'expect: { audio: { tone: 440, duration: ">= 2s" } }',
    { greeting: encodeMulaw(sine({ hz: 990, ms: 3000, dbfs: -20 })) },
    'audio with a tone of 440 Hz',
    /^a tone of 440 Hz in 0 % of the time; where it is loudest, 990 Hz is strongest, in what was heard from /,
  ],
  [
    'expect: { audio: { tone: 440, gaps: "< 1s", sounds_like: hello.wav } }',
    { greeting: new Uint8Array(0) },
    'audio with gaps < 1s and a tone of 440 Hz and a similarity to hello.wav of 0.8 or more within 10 s',
    /^the bot was not heard$/,
  ],
  [
    'expect: { turn: { text: { contains: "day?" } } }',
    {},
    'turn with text { contains: "day?" } within 10 s',
    /^turn match "Welcome!"/,
  ],
  [
    'expect: { playback: { heard: "> 1m" } }',
    {},
    'playback_completed with heard > 1m within 10 s',
    /^playback_completed completed \S+ s heard at/,
  ],
  ['expect: { reply: "< 1s" }', {}, 'reply < 1s within 10 s', /^no reply, but opened at/],
  ['expect: { ping_rtt: "> 1s" }', {}, 'ping_rtt > 1s within 10 s', /^pong round trip 0 ms at/],
  [
    'hangup: true, at: playback_started + 2s',
    { greeting: new Uint8Array(0), welcome: '' },
    'playback_started, which starts this step, within 10 s',
    /^no playback_started, but opened at 0\.\d\d s$/,
  ],
  [
    'hangup: true, at: barge_in',
    { hangsUp: true, greeting: new Uint8Array(0), says: 'hello.wav' },
    'barge_in, which starts this step, within 10 s',
    /^the call ended on the success path before that; no barge_in, but .*disconnect completed/,
  ],
  [
    'expect: barge_in',
    { refuses: 'no such bot' },
    'barge_in within 10 s',
    /^the call ended on the failure path \(bot-error: .*no such bot.*\) before that; no barge_in, but disconnect error "no such bot"/,
  ],
  [
    'dtmf: "1"',
    { refuses: 'no such bot' },
    'the call to open',
    /^the call ended on the failure path \(bot-error: .*no such bot.*\)$/,
  ],
];

describe('the report of a failed step uses the notation of the file, and contains the reason for the end of the call', () => {
  test.each(REPORTED)('%s', async (step, mutation, expected, got) => {
    const says = mutation.says === undefined ? '' : `  - { say: ${mutation.says}, at: opened }\n`;
    const text = `version: 1\nname: a\nsteps:\n${says}  - { ${step} }\n`;
    const { failure } = await run(mutation, text);
    expect([failure?.expected, failure?.got]).toEqual([expected, expect.stringMatching(got)]);
  });

  test('as in the file, with the quotes that a text needs', async () => {
    const { failure } = await run(
      {},
      'version: 1\nname: a\nsteps:\n  - expect: { turn: { disposition: match, text: "a, b", confidence: ">= 0.5" } }\n',
    );
    expect(failure?.text).toBe('expect { turn: { disposition: match, text: "a, b", confidence: ">= 0.5" } }');
  });
});

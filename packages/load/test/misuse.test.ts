import { describe, expect, it } from 'vitest';
import {
  behaviourOf,
  callTarget,
  conversation,
  measureCall,
  parseThreshold,
  reportLoad,
  runLoad,
} from '../src/index.js';
import { NO_CALLS } from '../src/load-run.js';
import { Metrics } from '../src/metrics.js';

/** A value as untyped JavaScript passes it. */
const js = <T>(value: T): never => value as never;

// Nothing listens on this port: a load test that runs in spite of its options makes one call, which fails.
const target = { baseConnectionUri: 'ws://127.0.0.1:1/', apiKey: 'k' };
const load = (options: object) => runLoad(js({ target, calls: 1, rate: 100, ...options }));
const talk = (options: object) => load({ talk: { wavs: [], ...options } });
const say = (options: object) => conversation(js({ lines: [], ...options }));
const measure = (options: object) =>
  measureCall(js({ target: callTarget(target), behaviour: conversation({ lines: [] }), ...options }));
const report = (threshold: unknown) =>
  reportLoad(
    {
      startedAtMs: 0,
      durationMs: 0,
      url: '',
      processes: 1,
      maxLateMs: 50,
      counts: NO_CALLS,
      failures: {},
      echo: { backMs: 0, lostMs: 0, alteredMs: 0 },
      seconds: [],
      metrics: new Metrics(),
      cpuMs: 0,
    },
    [js(threshold)],
  );

const CASES: readonly (readonly [message: string, use: () => unknown])[] = [
  ['runLoad: unknown option `onProgres`; did you mean `onProgress`?', () => load({ onProgres: () => {} })],
  ['runLoad: behaviour is 1; expected a function.', () => load({ behaviour: 1 })],
  ['runLoad: onProgress is 3; expected a function.', () => load({ onProgress: 3 })],
  ['runLoad: signal is 3; expected an AbortSignal.', () => load({ signal: 3 })],
  ['runLoad: clock.after is undefined; expected a function.', () => load({ clock: { now() {}, wall() {} } })],
  ['planLoad: limits is "of"; expected "genesys" or "off".', () => load({ limits: 'of' })],
  ['planLoad: limits is null; expected "genesys" or "off".', () => load({ limits: null })],
  [
    'runLoad: talk: unknown option `bargeInAfter`; did you mean `bargeInAfterMs`?',
    () => talk({ bargeInAfter: 300 }),
  ],
  ['runLoad: talk.talk is "turn"; expected "turns" or "over".', () => talk({ talk: 'turn' })],
  [
    'runLoad: talk.turnGapMs is the string "x"; expected a number from 0 to 2147483647.',
    () => talk({ turnGapMs: 'x' }),
  ],
  ['runLoad: talk.patienceMs is -1; expected a number from 0 to 2147483647.', () => talk({ patienceMs: -1 })],
  [
    'runLoad: talk.patienceMs is -1; expected a number from 0 to 2147483647.',
    () => load({ talk: { wavs: [], patienceMs: -1 }, processes: 2 }),
  ],
  ['runLoad: talk.wavs is the string "a.wav"; expected an array.', () => talk({ wavs: 'a.wav' })],
  ['runLoad: talk.scenario is the string ""; expected the path', () => load({ talk: { scenario: '' } })],
  ['runLoad: talk: unknown option `wavs`', () => load({ talk: { scenario: 'a.call.yaml', wavs: [] } })],
  [
    'behaviourOf: talk: unknown option `wav`; did you mean `wavs`?',
    () => behaviourOf(js({ wavs: [], wav: '' })),
  ],
  ['callTarget: target: unknown option `clientSecrt`', () => callTarget(js({ ...target, clientSecrt: '' }))],
  ['conversation: unknown option `line`; did you mean `lines`?', () => say({ line: [] })],
  ['conversation: lines is undefined; expected an array.', () => say({ lines: undefined })],
  [
    'conversation: lines[1] is the string "b"; expected a Uint8Array.',
    () => say({ lines: [new Uint8Array(1), 'b'] }),
  ],
  [
    'conversation: bargeInAfterMs is NaN; expected a number from 0 to 2147483647.',
    () => say({ bargeInAfterMs: Number.NaN }),
  ],
  ['measureCall: unknown option `hold`; did you mean `holdMs`?', () => measure({ hold: 1 })],
  ['measureCall: behaviour is undefined; expected a function.', () => measure({ behaviour: undefined })],
  ['measureCall: signal is the string "off"; expected an AbortSignal.', () => measure({ signal: 'off' })],
  ['planLoad: limits is 1; expected', () => measure({ limits: 1 })],
  [
    'planLoad: thresholds is the string "reply.p95=1s"; expected an array.',
    () => load({ thresholds: 'reply.p95=1s' }),
  ],
  [
    'planLoad: thresholds[0] is the string "reply.p95=1s"; expected an object.',
    () => load({ thresholds: ['reply.p95=1s'] }),
  ],
  [
    'planLoad: thresholds[0].metric is "fail"; expected',
    () => load({ thresholds: [{ metric: 'fail', most: 1 }] }),
  ],
  ['reportLoad: thresholds[0].metric is "fail"; expected', () => report({ metric: 'fail', most: 1 })],
  [
    'reportLoad: thresholds[0].figure is "p96"; expected "mean"',
    () => report({ metric: 'reply', figure: 'p96', most: 1 }),
  ],
  [
    'reportLoad: thresholds[0].figure is undefined; expected "mean"',
    () => report({ metric: 'reply', most: 1 }),
  ],
  [
    'reportLoad: thresholds[0]: unknown option `figure`; the options are metric, most.',
    () => report({ metric: 'failed', figure: 'p95', most: 1 }),
  ],
  [
    'reportLoad: thresholds[0].most is the string "1%"; expected a number from 0 to 1.',
    () => report({ metric: 'failed', most: '1%' }),
  ],
  [
    'reportLoad: thresholds[0].most is 2; expected a number from 0 to 1.',
    () => report({ metric: 'failed', most: 2 }),
  ],
  [
    'reportLoad: thresholds[0].most is -1; expected a number of 0',
    () => report({ metric: 'lost', most: -1 }),
  ],
];

describe('an option of a load test that code without types gets wrong is refused before the first call, with its field', () => {
  it.each(CASES)('%s', async (message, use) => {
    const error = await Promise.resolve()
      .then(use)
      .then(
        () => 'nothing was refused',
        (thrown: unknown) => thrown,
      );
    expect(error).toMatchObject({
      code: 'LOAD_BAD_OPTION',
      isUsage: true,
      message: expect.stringContaining(message),
    });
  });

  it('and thresholds as parsed are accepted', () => {
    for (const text of ['reply.p95=1200ms', 'failed=100%', 'lost=0ms'])
      expect(report(parseThreshold(text)).thresholds[0]?.name).toBe(text.replace(/=.*/, ''));
  });
});

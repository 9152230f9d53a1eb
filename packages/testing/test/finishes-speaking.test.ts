import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine } from '@hookline/audio';
import type { Clock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { type ExpectOptions, openTestCall, type TestCall, type TestedHandler } from '../src/index.js';

const dir = mkdtempSync(join(tmpdir(), 'hookline-finishes-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A bot that speaks for 500 ms, 5,800 ms after each key. */
const handler =
  ({ clock }: { readonly clock: Clock }): TestedHandler =>
  async (call) => {
    call.on('dtmf', () => {
      clock.after(5800, () => void call.play(encodeMulaw(sine({ hz: 440, ms: 500 }))).catch(() => {}));
    });
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
  };

/** What `expects` misses in a call in which the caller does something, and how long it waited. */
async function missedBy(
  act: (call: TestCall) => Promise<void>,
  expects: (call: TestCall) => Promise<void>,
): Promise<{ readonly missed: string | undefined; readonly waitedMs: number }> {
  const call = await openTestCall({ handler }, {}, { traces: join(dir, 'calls'), keepTrace: false });
  await act(call);
  const fromMs = call.clock.now();
  const missed = await expects(call).then(
    () => undefined,
    ({ expected, got }: { readonly expected: string; readonly got: string }) => `${expected}: ${got}`,
  );
  const waitedMs = call.clock.now() - fromMs;
  await call.finish();
  return { missed, waitedMs };
}

const keys = (call: TestCall) => call.dtmf('1234567890', { gap: 500 });
const keyAndPause = async (call: TestCall) => {
  await call.dtmf('1');
  await call.wait(5000);
};

describe('the time within which a bot starts to speak, of which it finishes, counts as for startsSpeaking', () => {
  const both = (options: ExpectOptions) =>
    [
      (call: TestCall) => call.bot.startsSpeaking(options),
      (call: TestCall) => call.bot.finishesSpeaking(options),
    ] as const;

  test.each([
    ['the end of a pause', keyAndPause, { within: 1000 }, true],
    ['the end of a pause, in which it does not', keyAndPause, { within: 500 }, false],
    ['the start of a pause', keyAndPause, { within: 6000, from: 'start' }, true],
    ['the start of a pause, in which it does not', keyAndPause, { within: 5500, from: 'start' }, false],
    ['the start of an action that takes longer', keys, { within: 4000, from: 'start' }, false],
    ['the end of an action', keys, { within: 1500, from: 'end' }, true],
  ] as const)('from %s', async (_, act, options, isMet) => {
    const [starts, finishes] = both(options);
    const outcomes = [await missedBy(act, starts), await missedBy(act, finishes)];
    expect(outcomes.map(({ missed }) => missed === undefined)).toEqual([isMet, isMet]);
    if (!isMet) expect(outcomes[1]?.waitedMs).toBeCloseTo(outcomes[0]?.waitedMs ?? -1, -1);
  });

  test('so that speech that started later does not count', async () => {
    const act = async (call: TestCall) => {
      await call.dtmf('1');
      await call.wait(8000);
    };
    const { missed, waitedMs } = await missedBy(act, (call) =>
      call.bot.finishesSpeaking({ within: 5000, from: 'start' }),
    );
    expect(missed).toMatch(/^the bot to speak within 5000 ms: it spoke \d+ ms later$/);
    expect(waitedMs).toBe(0);
  });

  test('from the opening of the call, if the caller did nothing', async () => {
    const { missed, waitedMs } = await missedBy(
      () => Promise.resolve(),
      (call) => call.bot.finishesSpeaking({ within: 700 }),
    );
    expect(missed).toBe('the bot to speak within 700 ms: it was not heard');
    expect(waitedMs).toBeGreaterThanOrEqual(700);
  });
});

import { quiet } from '@hookline/bots';
import { type CheckReport, runChecks } from '@hookline/conformance';
import { createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';

/** Checks a correct bot that refuses more calls than `limit` at a time. `opened` counts the calls that it opened. */
async function checkLimited(limit: number, parallel: number, only: readonly string[]) {
  let opened = 0;
  const answer = quiet();
  const bot = createBot({ auth: 'none', path: '/bot', limits: { maxSessions: limit } }, (call) => {
    opened += 1;
    return answer(call);
  });
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  const target = { url: listening.url, apiKey: 'key' };
  const report = await runChecks({ target, parallel, only, allowInconclusive: true });
  return { report, opened };
}

const broken = ({ findings }: CheckReport) => findings.map(({ id, finding }) => `${id}: ${finding.got}`);

describe('the check of a bot with a limit of concurrent calls', () => {
  test('says that calls were refused, and how to run it instead', { timeout: 60_000 }, async () => {
    const { report } = await checkLimited(1, 4, ['messages', 'endings', 'two-calls', 'hold']);
    expect(broken(report)).toEqual([]);
    expect(report.ok).toBe(false);
    expect(report.problem).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        / refused \d+ calls with HTTP 503, .* 4 scenarios at a time, .*--parallel 1/,
      ),
    });
  });

  test.each([1, 2])(
    'of %i finds nothing in attacks on other calls, one scenario at a time',
    {
      timeout: 60_000,
    },
    async (limit) => {
      const { report, opened } = await checkLimited(limit, 1, ['malformed', 'lost-connections']);
      expect([broken(report), report.problem]).toEqual([[], undefined]);
      expect(report.results.map(({ id, outcome }) => [id, outcome])).toEqual([
        ['AC-CONN-10', 'pass'],
        ['AC-MSG-16', 'pass'],
      ]);
      // The first call, the control calls, 11 attacks that need an open call, and a call after each of the 14.
      expect(opened).toBeGreaterThanOrEqual(1 + 2 + 11 + 14);
    },
  );
});

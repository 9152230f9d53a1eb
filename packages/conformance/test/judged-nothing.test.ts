import { renderJunit, runChecks, serveFault } from '@hookline/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';

let bot: Awaited<ReturnType<typeof serveFault>>;
beforeAll(async () => {
  bot = await serveFault(undefined, { port: 0 });
});
afterAll(() => bot.close());

test.each([
  ['of which none applies', ['AC-CONN-4'], 'CONN'],
  ['that was not seen', ['AC-DUR-1'], 'DUR'],
])('a run of a check %s does not pass', { timeout: 60_000 }, async (_, only, area) => {
  const target = { url: bot.url, apiKey: 'key' };
  const report = await runChecks({ target, only });
  expect([report.counts.pass, report.ok, report.unseenAreas]).toEqual([0, false, [area]]);
  expect(renderJunit(report)).toContain('failures="1"');
});

test('a run that judged nothing passes if allowInconclusive is set', async () => {
  const target = { url: bot.url, apiKey: 'key' };
  expect((await runChecks({ target, only: ['AC-CONN-4'], allowInconclusive: true })).ok).toBe(true);
});

test('a selection that leaves no check is refused before the first call, with its entries', async () => {
  const running = runChecks({
    target: { url: 'ws://127.0.0.1:9/bot', apiKey: 'key' },
    only: ['AC-OPEN-3'],
    skip: ['AC-OPEN'],
  });
  await expect(running).rejects.toMatchObject({
    code: 'CONFORMANCE_BAD_CHECK',
    isUsage: true,
    message: 'no check is left to run: only is AC-OPEN-3, and skip is AC-OPEN; remove an entry of skip',
  });
});

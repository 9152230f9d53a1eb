import { serveFault } from '@hookline/conformance';
import { beforeAll, expect, test } from 'vitest';
import { closeAfterTests, Page, startTestStudio } from './page.js';

let page: Page;
let baseUri = '';
beforeAll(async () => {
  const bot = closeAfterTests(await serveFault('closes-twice', { port: 0, host: '127.0.0.1' }));
  baseUri = bot.url;
  page = await Page.open(await startTestStudio());
});

test('reports progress and, for each clause, what the bot did, the effect and the fix, with the row of the trace', {
  timeout: 60_000,
}, async () => {
  for (let runs = 0; runs < 2; runs++)
    page.send({ type: 'check', integration: { baseUri }, only: ['AC-CLOSE-6'] });
  expect(await page.next('refused')).toMatchObject({ of: 'check', code: 'busy' });
  const result = await page.next('check-result', () => true, 0);
  const progress = page.of('check-progress');
  expect(progress.length).toBeGreaterThanOrEqual(2);
  expect(progress.at(-1)).toMatchObject({ phase: 'end', done: progress.at(-1)?.total });
  const failed = result.clauses.find(({ got }) => got !== undefined);
  expect(failed).toMatchObject({
    id: 'AC-CLOSE-6',
    area: 'CLOSE',
    got: expect.any(String),
    effect: expect.any(String),
    fix: expect.any(String),
  });
  expect(result.clauses.map(({ id }) => id)).toEqual(['AC-CLOSE-6']);
  const { rows } = JSON.parse(await (await page.get(`/api/calls/${failed?.traceId}/rows`)).text());
  const row = rows[failed?.row ?? -1];
  expect(row).toBeDefined();
  expect(['message', 'violation']).toContain(row.kind);
});

test('a run can be stopped only by the page that started it, and then reports the results so far', async () => {
  const [own, other] = await Promise.all([Page.open(page.studio), Page.open(page.studio)]);
  own.send({ type: 'check', integration: { baseUri } });
  await own.next('check-progress', ({ phase }) => phase === 'end');
  other.send({ type: 'stop-checks' });
  expect(await other.next('refused')).toMatchObject({ of: 'stop-checks', code: 'no-checks' });
  expect(own.of('check-result')).toEqual([]);
  own.send({ type: 'stop-checks' });
  const { ok, stopped, problem, clauses } = await own.next('check-result');
  expect({ ok, stopped, problem }).toEqual({
    ok: false,
    stopped: true,
    problem: expect.stringMatching(/^the check was stopped after [1-9]/),
  });
  expect(clauses.filter(({ outcome }) => outcome === 'inconclusive').length).toBeGreaterThan(20);
  own.send({ type: 'stop-checks' });
  expect(await own.next('refused')).toMatchObject({ of: 'stop-checks', code: 'no-checks' });
});

test('a page that closes stops its checks, so that other pages can run theirs', async () => {
  const [own, other] = await Promise.all([Page.open(page.studio), Page.open(page.studio)]);
  own.send({ type: 'check', integration: { baseUri } });
  await own.next('check-progress', ({ phase }) => phase === 'end');
  own.close();
  const ordered = async () => {
    const from = other.messages.length;
    other.send({ type: 'check', integration: { baseUri }, only: ['AC-CLOSE-6'] });
    return other
      .next('check-progress', () => true, from)
      .then(
        () => true,
        () => false,
      );
  };
  await expect.poll(ordered, { timeout: 8000 }).toBe(true);
  other.send({ type: 'stop-checks' });
  await other.next('check-result');
});

test('a probe reports whether an administrator could activate the integration', async () => {
  page.send({ type: 'probe', integration: 'builtin' });
  expect(await page.next('probe-result')).toMatchObject({ verdict: 'activates', problems: [] });
  const from = page.messages.length;
  page.send({ type: 'probe', integration: { baseUri: 'ws://127.0.0.1:9' } });
  const { verdict, problems } = await page.next('probe-result', () => true, from);
  expect([verdict, problems[0]?.fatal]).toEqual(['fails', true]);
});

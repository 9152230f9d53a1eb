import { serveFault } from '@hookline/conformance';
import { beforeAll, expect, test } from 'vitest';
import { closedAtEnd, Page, studioWith } from './page.js';

let page: Page;
let baseUri = '';
beforeAll(async () => {
  const bot = closedAtEnd(await serveFault('leaves-out-parameters', { port: 0, host: '127.0.0.1' }));
  baseUri = bot.url;
  page = await Page.open(await studioWith());
});

test('tells progress and, clause by clause, what came, the effect and the fix, with the row of its trace', {
  timeout: 60_000,
}, async () => {
  for (let runs = 0; runs < 2; runs++)
    page.send({ type: 'check', integration: { baseUri }, only: ['AC-MSG-3'] });
  expect(await page.next('refused')).toMatchObject({ of: 'check', code: 'busy' });
  const result = await page.next('check-result', () => true, 0);
  const progress = page.of('check-progress');
  expect(progress.length).toBeGreaterThanOrEqual(2);
  expect(progress.at(-1)).toMatchObject({ what: 'end', done: progress.at(-1)?.of });
  const failed = result.clauses.find(({ got }) => got !== undefined);
  expect(failed).toMatchObject({
    id: 'AC-MSG-3',
    area: 'MSG',
    got: expect.any(String),
    effect: expect.any(String),
    fix: expect.any(String),
  });
  expect(result.clauses.map(({ id }) => id)).toEqual(['AC-MSG-3']);
  const { rows } = JSON.parse(await (await page.get(`/api/calls/${failed?.traceId}/rows`)).text());
  const row = rows[failed?.row ?? -1];
  expect(row).toBeDefined();
  expect(['message', 'violation']).toContain(row.kind);
});

test('a probe tells in words of an administrator whether the integration would be activated', async () => {
  page.send({ type: 'probe', integration: 'builtin' });
  expect(await page.next('probe-result')).toMatchObject({ verdict: 'activates', problems: [] });
  const from = page.messages.length;
  page.send({ type: 'probe', integration: { baseUri: 'ws://127.0.0.1:9' } });
  const { verdict, problems } = await page.next('probe-result', () => true, from);
  expect([verdict, problems[0]?.fatal]).toEqual(['fails', true]);
});

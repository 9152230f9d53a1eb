import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderNdjson, renderSpec, runChecks, serveFault } from '@hookline/conformance';
import { afterAll, expect, test } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'hookline-check-traces-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('a trace that cannot be written costs neither the report nor the finding of its call', {
  timeout: 60_000,
}, async () => {
  const bot = await serveFault('leaves-out-start-paused', { port: 0 });
  const check = () =>
    runChecks({ target: { url: bot.url, apiKey: 'key' }, only: ['AC-OPEN-5'], traceDir: dir });
  const first = await check();
  const second = await check();
  await bot.close();
  expect([first.findings[0]?.finding.trace, first.traceProblems]).toEqual([
    expect.stringContaining(dir),
    undefined,
  ]);
  expect(second.findings.map(({ id, finding }) => [id, finding.trace])).toEqual([['AC-OPEN-5', undefined]]);
  expect(second.traceProblems?.[0]).toContain(dir);
  expect(renderSpec(second, { width: 1000 })).toContain(dir);
  expect(JSON.parse(renderNdjson(second).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'result',
    traceProblems: second.traceProblems,
  });
});

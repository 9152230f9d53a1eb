import { clause } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../check/report.js';
import { renderJunit } from './junit.js';
import { renderGithub, renderNdjson } from './machine-reports.js';
import { renderSpec } from './spec.js';

const { sentence, effect, fix } = clause('AC-MSG-3');
const broken = {
  id: 'AC-MSG-3',
  level: 'MUST',
  basis: 'sample',
  sentence,
  outcome: 'fail',
  finding: {
    scenario: 'talk',
    call: 'speaks',
    atMs: 5012,
    got: '{"a":"\u001b[31m<&\n…"}'.padEnd(300, 'x'),
    effect,
    fix,
    calls: 2,
    trace: '.hookline/x',
    row: 41,
  },
} as const;
const unseen = {
  id: 'AC-OUT-1',
  level: 'MUST',
  basis: 'platform',
  sentence: 'S.',
  outcome: 'inconclusive',
  reason: 'not seen; it needs `complete`',
} as const;
const report: CheckReport = {
  url: 'ws://localhost/',
  ok: false,
  strict: true,
  lagMs: 0,
  durationMs: 1234,
  calls: 3,
  results: [broken, unseen],
  findings: [broken],
  counts: { pass: 0, fail: 1, warn: 0, note: 0, inconclusive: 1, blocked: 0, 'not-applicable': 0 },
  unseenAreas: ['OUT'],
};

describe('a report', () => {
  test('as text contains what the bot sent, where, its effect and its fix, within 80 columns', () => {
    const text = renderSpec(report);
    for (const part of ['AC-MSG-3', effect.slice(0, 30), fix.slice(0, 20), '+5.012 s', 'line 41', 'AC-OUT-1'])
      expect(text).toContain(part);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('as text says to fix the broken rules first if they explain why an area was not exercised', () => {
    const counts = { ...report.counts, fail: 0, warn: 1 };
    const text = renderSpec({ ...report, strict: false, counts }, { width: 200 });
    expect(text).toMatch(/No rule of the platform was exercised in: OUT\.\n Fix the broken rules first\./);
    expect(renderSpec({ ...report, counts, findings: [] })).not.toContain('broken rules');
  });

  test('as ASCII text contains no other characters, and never a control character of the bot', () => {
    expect(renderSpec(report, { unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
    expect(renderSpec(report)).not.toContain('\u001b');
  });

  test('as JUnit XML counts and escapes', () => {
    const xml = renderJunit(report);
    expect(xml).toContain('tests="2" failures="1" skipped="1"');
    expect(xml).toContain('&lt;&amp;');
    expect(xml).not.toContain('\u001b');
  });

  test('for GitHub has one command per finding, on one line', () => {
    expect(renderGithub(report).trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^::error title=AC-MSG-3 /),
    ]);
  });

  test.each([
    ['area was not exercised', { inconclusive: 2 }, 'no rule of the platform could be checked in OUT'],
    ['first call was not opened', { blocked: 2 }, 'the first call was not opened (AC-MSG-3), so'],
  ])('fails in every format if no check failed, but the %s', (_, counts, words) => {
    const unfinished: CheckReport = {
      ...report,
      findings: [{ ...broken, outcome: 'warn' }],
      results: [{ ...broken, outcome: 'warn' }, unseen],
      counts: { ...report.counts, fail: 0, inconclusive: 0, ...counts },
    };
    const xml = renderJunit(unfinished);
    expect(xml).toContain('<testsuites tests="3" failures="1"');
    expect(xml.match(/<failure message="[^"]*"/g)).toEqual([expect.stringContaining(words)]);
    expect(renderGithub(unfinished).trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^::warning /),
      expect.stringContaining(`::error title=hookline check::${words}`),
    ]);
    for (const passed of [
      renderJunit({ ...unfinished, ok: true }),
      renderGithub({ ...unfinished, ok: true }),
    ])
      expect(passed).not.toContain(words);
  });

  test('as NDJSON ends with the result', () => {
    const lines = renderNdjson(report)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['check', 'check', 'result']);
    expect(lines.at(-1)).toMatchObject({ ok: false, findings: [{ id: 'AC-MSG-3', outcome: 'fail' }] });
  });
});

import type { CheckReport } from '../check/report.js';

/** The report as NDJSON: a line a check, and the result last. */
export function renderNdjson({ results, findings, ...report }: CheckReport): string {
  const lines = [
    ...results.map((result) => ({ type: 'check', ...result })),
    { type: 'result', ...report, findings: findings.map(({ id, outcome }) => ({ id, outcome })) },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

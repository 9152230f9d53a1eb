import { FAULTS } from '@hookline/conformance';
import { describe, expect, test } from 'vitest';
import { checkFault, pooled } from './check-fault.js';

const firstRuns = pooled(FAULTS, 24, ({ name, breaks }) => checkFault(name, breaks));
let previousRuns: Promise<unknown> = Promise.allSettled(firstRuns);
const reports = FAULTS.map(async ({ name, breaks }, index) => {
  const report = await firstRuns[index];
  if (report?.findings.length === 1 && report.findings[0]?.id === breaks) return report;
  // A busy machine delays the check itself, so an unexpected report is repeated alone.
  const secondRun = previousRuns.then(() => checkFault(name, breaks));
  previousRuns = secondRun.catch(() => {});
  return secondRun;
});
for (const report of reports) report.catch(() => {});

describe('the check of a faulty bot', () => {
  test.each(FAULTS.map(({ name, breaks }, index) => ({ name, breaks, index })))(
    'reports only $breaks for $name',
    // A second run waits for all others.
    { timeout: 240_000 },
    async ({ breaks, index }) => {
      const report = await reports[index];
      const shown = report?.findings.map(({ id, finding }) => `${id} ${finding.scenario}: ${finding.got}`);
      expect(report?.findings[0]?.id, shown?.join('\n')).toBe(breaks);
      expect(shown, shown?.join('\n')).toHaveLength(1);
    },
  );
});

import { FAULTS } from '@hookline/conformance';
import { describe, expect, test } from 'vitest';
import { checkFault, pooled } from './check-fault.js';

const firsts = pooled(FAULTS, 24, ({ name, breaks }) => checkFault(name, breaks));
let others: Promise<unknown> = Promise.allSettled(firsts);
const reports = FAULTS.map(async ({ name, breaks }, index) => {
  const report = await firsts[index];
  if (report?.findings.length === 1 && report.findings[0]?.id === breaks) return report;
  // A busy machine is late itself: what it finds is looked at again, when nothing else is checked.
  const again = others.then(() => checkFault(name, breaks));
  others = again.catch(() => {});
  return again;
});
for (const report of reports) report.catch(() => {});

describe('the check of a faulty bot', () => {
  test.each(FAULTS.map(({ name, breaks }, index) => ({ name, breaks, index })))(
    'names $breaks first for $name',
    // What is looked at again waits for all others.
    { timeout: 240_000 },
    async ({ breaks, index }) => {
      const report = await reports[index];
      const shown = report?.findings.map(({ id, finding }) => `${id} ${finding.scenario}: ${finding.got}`);
      expect(report?.findings[0]?.id, shown?.join('\n')).toBe(breaks);
      expect(shown, shown?.join('\n')).toHaveLength(1);
    },
  );
});

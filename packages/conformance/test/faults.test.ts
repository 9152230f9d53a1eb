import { FAULTS } from '@hookline/conformance';
import { describe, expect, test } from 'vitest';
import { checkFault, pooled } from './check-fault.js';

const reports = pooled(FAULTS, 25, ({ name, breaks }) => checkFault(name, breaks));
for (const report of reports) report.catch(() => {});

describe('the check of a faulty bot', () => {
  test.each(FAULTS.map(({ name, breaks }, index) => ({ name, breaks, index })))(
    'names $breaks first for $name',
    { timeout: 120_000 },
    async ({ breaks, index }) => {
      const report = await reports[index];
      const shown = report?.findings.map(({ id, finding }) => `${id} ${finding.scenario}: ${finding.got}`);
      expect(report?.findings[0]?.id, shown?.join('\n')).toBe(breaks);
      expect(shown, shown?.join('\n')).toHaveLength(1);
    },
  );
});

import { conformanceError } from '../error.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { areaOf, CHECKS, type Check } from './catalogue.js';

/**
 * Returns the checks that `only` and `skip` select. Each entry is an id, an area such as `AC-OPEN`, or the name of a
 * scenario.
 *
 * @throws HooklineError `CONFORMANCE_BAD_CHECK` for another entry, or if no check is left
 */
export function selectChecks(only: readonly string[] = [], skip: readonly string[] = []): readonly Check[] {
  for (const entry of [...only, ...skip]) {
    if (!CHECKS.some((check) => matches(check, entry))) {
      throw conformanceError(
        'CONFORMANCE_BAD_CHECK',
        `${JSON.stringify(entry)} is not a check; expected an id such as AC-OPEN-3, an area such as AC-OPEN, or a scenario: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
      );
    }
  }
  const selected = CHECKS.filter(
    (check) =>
      (only.length === 0 || only.some((entry) => matches(check, entry))) &&
      !skip.some((entry) => matches(check, entry)),
  );
  if (selected.length > 0) return selected;
  throw conformanceError(
    'CONFORMANCE_BAD_CHECK',
    `no check is left to run: ${only.length === 0 ? '' : `only is ${only.join(', ')}, and `}skip is ${skip.join(', ')}; remove an entry of skip`,
  );
}

function matches(check: Check, entry: string): boolean {
  const upper = entry.toUpperCase();
  return upper === check.id || upper === `AC-${areaOf(check.id)}` || check.scenarios.includes(entry);
}

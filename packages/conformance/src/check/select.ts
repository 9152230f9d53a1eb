import { conformanceError } from '../error.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { areaOf, CHECKS, type Check } from './catalogue.js';

/**
 * The checks that `only` and `skip` leave: each entry is an id, an area such as `AC-OPEN`, or the name of a scenario.
 *
 * @throws `BAD_CHECK` for an entry that is none of them
 */
export function selectChecks(only: readonly string[] = [], skip: readonly string[] = []): readonly Check[] {
  for (const entry of [...only, ...skip]) {
    if (!CHECKS.some((check) => names(check, entry))) {
      throw conformanceError(
        'CONFORMANCE_BAD_CHECK',
        `${JSON.stringify(entry)} is no check; expected an id such as AC-OPEN-3, an area such as AC-OPEN, or a scenario: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
      );
    }
  }
  return CHECKS.filter(
    (check) =>
      (only.length === 0 || only.some((entry) => names(check, entry))) &&
      !skip.some((entry) => names(check, entry)),
  );
}

function names(check: Check, entry: string): boolean {
  const upper = entry.toUpperCase();
  return upper === check.id || upper === `AC-${areaOf(check.id)}` || check.scenarios.includes(entry);
}

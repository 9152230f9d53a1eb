import { checkArgument } from './argument-check.js';

/** Characters of a name that are compared; a longer text is not treated as a misspelling. */
const MAX_NAME_LENGTH = 60;

/**
 * The known name that a wrong one was most likely meant to be: at most a third of its characters are missing, too many,
 * wrong or swapped with their neighbour; case does not count. Undefined when none is that close.
 *
 * @param name - what was given
 * @param known - the names that exist
 * @throws HooklineError `RUNTIME_BAD_OPTION` for a name that is not a string, or names that are not a list
 */
export function closestName(name: string, known: readonly string[]): string | undefined {
  checkArgument('RUNTIME_BAD_OPTION', 'closestName: name', name, 'text');
  checkArgument('RUNTIME_BAD_OPTION', 'closestName: known', known, 'list');
  if (name.length > MAX_NAME_LENGTH) return undefined;
  let best: string | undefined;
  let bestSteps = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps > Math.max(1, candidate.length / 3) || steps >= bestSteps) continue;
    best = candidate;
    bestSteps = steps;
  }
  return best;
}

/** How many characters have to be put in, taken out, changed or swapped with the next to make one text the other. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

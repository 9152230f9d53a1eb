import { expect } from 'vitest';
import { simulateCall } from '../src/simulation/simulate-call.js';
import { repeatCommand } from '../src/simulation/simulation-report.js';

/** Lines of a failing call that are shown; the command shows them all. */
const SHOWN_LINES = 40;

/**
 * Plays the calls of a range of seeds, and fails with the first that breaks an invariant and the command that
 * repeats it. How each ended is added to `ends`.
 */
export async function playRange(from: number, count: number, ends = new Set<string>()): Promise<void> {
  for (let seed = from; seed < from + count; seed++) {
    const { violations, trace, result } = await simulateCall(seed);
    if (result) ends.add(result.path === 'failure' ? result.cause : result.path);
    if (violations.length === 0) continue;
    expect.fail(
      [
        ...violations.map((violation) => `seed ${seed}: ${violation}`),
        `again: ${repeatCommand(seed)}`,
        ...trace().slice(-SHOWN_LINES),
      ].join('\n'),
    );
  }
}

import { expect } from 'vitest';
import { simulateCall } from '../src/simulation/simulate-call.js';
import { repeatCommand } from '../src/simulation/simulation-report.js';

/** Lines of a failing call that are shown; the command shows them all. */
const SHOWN_LINES = 40;

/** Plays the calls of a range of seeds, and fails with the first that breaks an invariant and the command that repeats it. */
export async function playRange(from: number, count: number): Promise<void> {
  for (let seed = from; seed < from + count; seed++) {
    const { violations, trace } = await simulateCall(seed);
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

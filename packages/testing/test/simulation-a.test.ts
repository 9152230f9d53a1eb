import { describe, expect, test } from 'vitest';
import { simulateCall } from '../src/simulation/simulate-call.js';
import { playRange } from './simulated-range.js';

// The range is shared with simulation-b.test.ts, so that two processors play it.
const STARTS = Array.from({ length: 10 }, (_, index) => index * 500);

/** How the calls of the range ended. */
const ends = new Set<string>();

test('a simulated call happens the same way every time', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const [first, second] = [await simulateCall(seed), await simulateCall(seed)];
    expect(second.result?.path).toBe(first.result?.path);
    expect(second.virtualMs).toBe(first.virtualMs);
    expect(withoutIds(second.trace())).toEqual(withoutIds(first.trace()));
  }
}, 60_000);

describe('every invariant holds in the simulated calls', () => {
  test.each(STARTS)('of the 500 seeds from %i on', (from) => playRange(from, 500, ends), 120_000);
});

test('the simulated calls come to every end that a call can have', () => {
  expect([...ends]).toEqual(
    expect.arrayContaining([
      ...['success', 'disconnected', 'bot-error', 'max-duration', 'connection-lost', 'protocol-violation'],
      ...['upgrade-timeout', 'open-timeout', 'refused', 'unauthorized', 'http-status', 'rate-limited'],
      ...['caller-source', 'pong-timeout', 'internal'],
    ]),
  );
});

/** Conversations get a new UUID each time, and nothing hangs on it. A long line may end within one. */
function withoutIds(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.replace(/("\w*[iI]d":")[0-9a-f-]+/g, '$1UUID').replace(/("\w*[iI]d":"UUID)…$/, '$1"…'),
  );
}

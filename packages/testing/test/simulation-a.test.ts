import { describe, expect, test } from 'vitest';
import { simulateCall } from '../src/simulation/simulate-call.js';
import { playRange } from './simulated-range.js';

// The range is shared with simulation-b.test.ts, so that two processors play it.
const STARTS = Array.from({ length: 10 }, (_, index) => index * 500);

test('a simulated call happens the same way every time', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const [first, second] = [await simulateCall(seed), await simulateCall(seed)];
    expect(second.result?.path).toBe(first.result?.path);
    expect(second.virtualMs).toBe(first.virtualMs);
    expect(withoutIds(second.trace())).toEqual(withoutIds(first.trace()));
  }
});

test('the simulated calls come to every end that a call can have', async () => {
  const ends = new Set<string>();
  for (let seed = 0; seed < 1000; seed++) {
    const { result } = await simulateCall(seed);
    if (result) ends.add(result.path === 'failure' ? result.cause : result.path);
  }
  expect([...ends]).toEqual(
    expect.arrayContaining([
      ...['success', 'disconnected', 'bot-error', 'max-duration', 'connection-lost', 'protocol-violation'],
      ...['upgrade-timeout', 'open-timeout', 'refused', 'unauthorized', 'http-status', 'rate-limited'],
      ...['caller-source', 'pong-timeout', 'internal'],
    ]),
  );
});

describe('every invariant holds in the simulated calls', () => {
  test.each(STARTS)('of the 500 seeds from %i on', (from) => playRange(from, 500), 60_000);
});

/** Conversations get a new UUID each time, and nothing hangs on it. */
function withoutIds(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'UUID'));
}

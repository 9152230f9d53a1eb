import { describe, expect, it } from 'vitest';
import { RateGuard } from './rate-guard.js';

const RATE = { perSecond: 1, burst: 8 };
/** The half of the burst that is back when a bot was quiet for as long as it was told. */
const RETRY_AFTER_MS = 4000;

/** Goes over the limit `rounds` times, each time with `unheeded` messages in the time to be quiet. */
function rounds(rounds: number, unheeded: number) {
  const guard = new RateGuard({ text: RATE }, 0);
  const told = [];
  for (let nowMs = 0; told.length < rounds; nowMs += RETRY_AFTER_MS) {
    let breach = guard.take('text', nowMs);
    while (!breach) breach = guard.take('text', nowMs);
    told.push(breach);
    for (let sent = 1; sent <= unheeded; sent++) guard.take('text', nowMs + RETRY_AFTER_MS - 1);
  }
  return told;
}

describe('a limit of the platform', () => {
  it('lets the burst through, and not one more', () => {
    const guard = new RateGuard({ text: RATE }, 0);
    const taken = Array.from({ length: 9 }, () => guard.take('text', 0));
    expect(taken.slice(0, 8)).toEqual(Array.from({ length: 8 }));
    expect(taken[8]).toEqual({ kind: 'text', clause: 'AC-RATE-1', retryAfterMs: RETRY_AFTER_MS });
    for (let sent = 0; sent < 100; sent++) expect(guard.take('binary', 0)).toBeUndefined();
  });

  it.each([0, 1, 2])(
    'bears a bot for ever that finds a quarter of the burst back, %i messages late',
    (late) => {
      for (const breach of rounds(20, late)) expect(breach.persists).toBeUndefined();
    },
  );

  it('ends with a bot that finds less than a quarter back three times in a row', () => {
    // Each found 3 of 8 tokens less than it would have in quiet: 1 is no quarter.
    expect(rounds(4, 3).map(({ persists }) => persists)).toEqual([undefined, undefined, undefined, true]);
  });

  it('tells a bot once, and again when the time to be quiet is over, not before', () => {
    const guard = new RateGuard({ text: RATE }, 0);
    for (let sent = 0; sent < 8; sent++) guard.take('text', 0);
    expect(guard.take('text', 0)?.retryAfterMs).toBe(RETRY_AFTER_MS);
    for (let sent = 0; sent < 3; sent++) guard.take('text', RETRY_AFTER_MS - 1);
    expect(guard.take('text', RETRY_AFTER_MS - 1)).toEqual({ kind: 'text', clause: 'AC-RATE-1' });
    // The fourth token is back.
    expect(guard.take('text', RETRY_AFTER_MS)).toBeUndefined();
    expect(guard.take('text', RETRY_AFTER_MS)?.retryAfterMs).toBe(RETRY_AFTER_MS);
  });
});

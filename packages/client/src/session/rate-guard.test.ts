import { durationFromMs } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, RateGuard } from './rate-guard.js';

const RATE = { perSecond: 1, burst: 8 };
/** The time in which half of the burst refills. */
const RETRY_AFTER_MS = 4000;

/** Exceeds the limit `rounds` times, each time with `unheeded` messages before `retryAfter` has passed. */
function rounds(rounds: number, unheeded: number) {
  const guard = new RateGuard({ text: RATE }, 0);
  const warnings = [];
  for (let nowMs = 0; warnings.length < rounds; nowMs += RETRY_AFTER_MS) {
    let breach = guard.take('text', nowMs);
    while (!breach) breach = guard.take('text', nowMs);
    warnings.push(breach);
    for (let sent = 1; sent <= unheeded; sent++) guard.take('text', nowMs + RETRY_AFTER_MS - 1);
  }
  return warnings;
}

describe('a limit of the platform', () => {
  it('allows the burst, and no further message', () => {
    const guard = new RateGuard({ text: RATE }, 0);
    const taken = Array.from({ length: 9 }, () => guard.take('text', 0));
    expect(taken.slice(0, 8)).toEqual(Array.from({ length: 8 }));
    expect(taken[8]).toEqual({ kind: 'text', clause: 'AC-RATE-1', retryAfterMs: RETRY_AFTER_MS });
    for (let sent = 0; sent < 100; sent++) expect(guard.take('binary', 0)).toBeUndefined();
  });

  it.each([0, 1, 2])(
    'never ends a bot that waits until a quarter of the burst is refilled, %i messages late',
    (late) => {
      for (const breach of rounds(20, late)) expect(breach.persists).toBeUndefined();
    },
  );

  it('ends a bot that finds less than a quarter refilled three times in a row', () => {
    // Each time 3 of 8 tokens are missing: 1 token is less than a quarter.
    expect(rounds(4, 3).map(({ persists }) => persists)).toEqual([undefined, undefined, undefined, true]);
  });

  it('reports a breach once, and again only after `retryAfter` has passed', () => {
    const guard = new RateGuard({ text: RATE }, 0);
    for (let sent = 0; sent < 8; sent++) guard.take('text', 0);
    expect(guard.take('text', 0)?.retryAfterMs).toBe(RETRY_AFTER_MS);
    for (let sent = 0; sent < 3; sent++) guard.take('text', RETRY_AFTER_MS - 1);
    expect(guard.take('text', RETRY_AFTER_MS - 1)).toEqual({ kind: 'text', clause: 'AC-RATE-1' });
    // The fourth token is refilled.
    expect(guard.take('text', RETRY_AFTER_MS)).toBeUndefined();
    expect(guard.take('text', RETRY_AFTER_MS)?.retryAfterMs).toBe(RETRY_AFTER_MS);
  });

  it('asks for no longer wait than can be sent as a duration', () => {
    const guard = new RateGuard({ text: { perSecond: 1e-12, burst: 2 } }, 0);
    const breaches = Array.from({ length: 3 }, () => guard.take('text', 0));
    expect(breaches[2]?.retryAfterMs).toBe(MAX_RETRY_AFTER_MS);
    expect(durationFromMs(MAX_RETRY_AFTER_MS)).toBe('PT8640000.0S');
  });
});

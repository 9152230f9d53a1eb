import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

const rates = fc.record({
  perSecond: fc.integer({ min: 1, max: 1000 }),
  burst: fc.integer({ min: 1, max: 100 }),
});
const stepsMs = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 200 });

describe('TokenBucket', () => {
  it('starts full and refuses tokens beyond the burst', () => {
    const bucket = new TokenBucket({ perSecond: 5, burst: 25 }, 0);
    const taken = Array.from({ length: 30 }, () => bucket.take(0));
    expect(taken.filter(Boolean)).toHaveLength(25);
    expect(taken.slice(0, 25)).not.toContain(false);
  });

  it('refills perSecond tokens per second, up to the burst', () => {
    const bucket = new TokenBucket({ perSecond: 5, burst: 25 }, 0);
    bucket.take(0, 25);
    expect(bucket.available(1000)).toBeCloseTo(5);
    expect(bucket.available(60_000)).toBe(25);
  });

  it('never allows more than burst + rate × time in any period', () => {
    fc.assert(
      fc.property(rates, stepsMs, (rate, steps) => {
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        const takenAt: number[] = [];
        for (const step of steps) {
          nowMs += step;
          for (let asked = 0; asked < 3; asked++) if (bucket.take(nowMs)) takenAt.push(nowMs);
        }
        for (let from = 0; from < takenAt.length; from += 7) {
          const count = takenAt.length - from;
          const spanMs = takenAt[takenAt.length - 1]! - takenAt[from]!;
          expect(count).toBeLessThanOrEqual(rate.burst + (spanMs * rate.perSecond) / 1000 + 1e-3);
        }
      }),
    );
  });

  it('succeeds after msUntil, at any time of day', () => {
    fc.assert(
      fc.property(rates, stepsMs, fc.double({ min: 0, max: 1e10, noNaN: true }), (rate, steps, startMs) => {
        const bucket = new TokenBucket(rate, startMs);
        let nowMs = startMs;
        for (const step of steps) {
          nowMs += step / 100;
          const count = 1 + (Math.floor(step) % rate.burst);
          nowMs += bucket.msUntil(nowMs, count);
          expect(bucket.take(nowMs, count)).toBe(true);
        }
      }),
    );
  });

  it('returns 0 exactly if take would succeed', () => {
    fc.assert(
      fc.property(rates, stepsMs, (rate, steps) => {
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        for (const step of steps) {
          nowMs += step / 50;
          const ready = bucket.msUntil(nowMs) === 0;
          expect(bucket.take(nowMs)).toBe(ready);
        }
      }),
    );
  });

  it('takes no tokens if it cannot take all', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 3 }, 0);
    expect(bucket.take(0, 4)).toBe(false);
    expect(bucket.available(0)).toBe(3);
  });

  it('never contains less than 0 nor more than the burst, and gains nothing if time goes back', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 1000);
    bucket.take(1000, 2);
    expect(bucket.available(500)).toBe(0);
    expect(bucket.available(1000)).toBe(0);
    expect(bucket.available(1100)).toBeCloseTo(1);
  });

  it('returns Infinity for more than the burst', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
    expect(bucket.msUntil(0, 3)).toBe(Number.POSITIVE_INFINITY);
    const dry = new TokenBucket({ perSecond: 0, burst: 1 }, 0);
    dry.take(0);
    expect(dry.msUntil(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

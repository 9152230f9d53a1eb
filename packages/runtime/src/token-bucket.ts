import { checkArgument } from './argument-check.js';

/** How fast, and how much at once. */
export interface Rate {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens that a rested bucket holds. */
  readonly burst: number;
}

/** Tolerance for rounding: without it a `take` after exactly `msUntil` could fail. */
const ROUNDING = 1e-6;

/** A rate limit as plain arithmetic on the times it is given: no timer, no clock. Starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  // Numbers from the first: V8 boxes each new number of a field that was once undefined.
  #tokens = 0;
  #atMs = 0;

  constructor(rate: Rate, nowMs: number) {
    checkArgument('RUNTIME_BAD_OPTION', 'new TokenBucket: rate', rate, 'object');
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** Takes `count` tokens and returns true, or takes none and returns false. */
  take(nowMs: number, count = 1): boolean {
    if (this.available(nowMs) < count - ROUNDING) return false;
    this.#tokens = Math.max(0, this.#tokens - count);
    return true;
  }

  /** Tokens in the bucket now, with fractions. */
  available(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs * this.#rate.perSecond) / 1000);
    this.#atMs = Math.max(this.#atMs, nowMs);
    return this.#tokens;
  }

  /** Milliseconds until `take` of `count` tokens succeeds; 0 when it would now; `Infinity` when it never will. */
  msUntil(nowMs: number, count = 1): number {
    const missing = count - this.available(nowMs);
    if (missing <= ROUNDING) return 0;
    if (count > this.#rate.burst || this.#rate.perSecond <= 0) return Number.POSITIVE_INFINITY;
    return (missing * 1000) / this.#rate.perSecond;
  }
}

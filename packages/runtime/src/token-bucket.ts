import { checkArgument } from './argument-check.js';

/** A rate limit. */
export interface Rate {
  /** The refilled tokens per second. */
  readonly perSecond: number;
  /** The tokens of a full bucket. */
  readonly burst: number;
}

/** A rounding tolerance, without which a `take` after exactly `msUntil` could fail. */
const ROUNDING = 1e-6;

/** A token bucket that computes with the given times, without a timer or a clock. Starts full. */
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

  /** Milliseconds until `take` of `count` tokens succeeds; 0 if it would succeed now; `Infinity` if it never will. */
  msUntil(nowMs: number, count = 1): number {
    const missing = count - this.available(nowMs);
    if (missing <= ROUNDING) return 0;
    if (count > this.#rate.burst || this.#rate.perSecond <= 0) return Number.POSITIVE_INFINITY;
    return (missing * 1000) / this.#rate.perSecond;
  }
}

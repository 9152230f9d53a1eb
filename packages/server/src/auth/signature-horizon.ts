import type { Clock } from '@hookline/runtime';

/**
 * The latest time for which nonces may be forgotten already. Nonces expire by the monotonic clock, but signatures by
 * the wall clock: if that is set back, a used signature would be accepted again. A signature that was created before
 * this time is therefore refused.
 *
 * As long as the wall clock is not set back, every signature before this time is too old anyway.
 */
export class SignatureHorizon {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  #span: number;
  /** The latest `created` that was accepted in the current span of time, in the one before it, and in all earlier ones. */
  #newestInSpan = Number.NEGATIVE_INFINITY;
  #newestInPreviousSpan = Number.NEGATIVE_INFINITY;
  #horizon = Number.NEGATIVE_INFINITY;

  /** @param lifetimeMs - how long a signature can be accepted; nonces must be remembered for twice as long */
  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
    this.#span = this.#currentSpan();
  }

  /** Whether a signature is so old that its nonce may have been used and forgotten. */
  isBehind(created: number): boolean {
    this.#move();
    return created <= this.#horizon;
  }

  /** Takes note of a signature that was accepted. */
  accepted(created: number): void {
    this.#move();
    this.#newestInSpan = Math.max(this.#newestInSpan, created);
  }

  #move(): void {
    const span = this.#currentSpan();
    const passed = span - this.#span;
    if (passed <= 0) return;
    this.#span = span;
    this.#horizon = Math.max(
      this.#horizon,
      this.#newestInPreviousSpan,
      passed > 1 ? this.#newestInSpan : Number.NEGATIVE_INFINITY,
    );
    this.#newestInPreviousSpan = passed > 1 ? Number.NEGATIVE_INFINITY : this.#newestInSpan;
    this.#newestInSpan = Number.NEGATIVE_INFINITY;
  }

  #currentSpan(): number {
    return Math.floor(this.#clock.now() / this.#lifetimeMs);
  }
}

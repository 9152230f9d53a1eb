import type { Clock } from '@hookline/runtime';

/**
 * Knows up to when signatures may have been used although their nonces are forgotten. Nonces are forgotten as real time
 * passes, signatures are judged by the wall clock: one that is set back would take a used signature for a fresh one.
 *
 * While the wall clock keeps its pace nothing that is still accepted lies before the horizon, so it refuses nobody.
 */
export class SignatureHorizon {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  #span: number;
  /** The latest `created` that was accepted in this span of time, in the one before, and in all before those. */
  #now = Number.NEGATIVE_INFINITY;
  #before = Number.NEGATIVE_INFINITY;
  #horizon = Number.NEGATIVE_INFINITY;

  /** @param lifetimeMs - for which a signature can be accepted; a nonce is to be remembered for twice as long */
  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
    this.#span = this.#currentSpan();
  }

  /** Whether a signature is so old that its nonce, if it was used, may be forgotten. */
  isBehind(created: number): boolean {
    this.#move();
    return created <= this.#horizon;
  }

  /** A signature was accepted. */
  accepted(created: number): void {
    this.#move();
    this.#now = Math.max(this.#now, created);
  }

  #move(): void {
    const span = this.#currentSpan();
    const passed = span - this.#span;
    if (passed <= 0) return;
    this.#span = span;
    this.#horizon = Math.max(this.#horizon, this.#before, passed > 1 ? this.#now : Number.NEGATIVE_INFINITY);
    this.#before = passed > 1 ? Number.NEGATIVE_INFINITY : this.#now;
    this.#now = Number.NEGATIVE_INFINITY;
  }

  #currentSpan(): number {
    return Math.floor(this.#clock.now() / this.#lifetimeMs);
  }
}

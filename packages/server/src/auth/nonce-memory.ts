import type { Clock } from '@hookline/runtime';
import type { NonceStore } from './auth-options.js';

/** Nonces kept at most: above the calls that one process takes within the lifetime of a signature. */
const MAX_NONCES = 100_000;

/** Remembers nonces in this process, the oldest forgotten first when there are too many. */
export class NonceMemory implements NonceStore {
  readonly #clock: Clock;
  readonly #maxNonces: number;
  readonly #untilMs = new Map<string, number>();

  /** @param maxNonces - kept at most; default 100,000 */
  constructor(clock: Clock, maxNonces = MAX_NONCES) {
    this.#clock = clock;
    this.#maxNonces = maxNonces;
  }

  remember(key: string, ttlMs: number): boolean {
    const nowMs = this.#clock.now();
    this.#forget(nowMs);
    const untilMs = this.#untilMs.get(key);
    if (untilMs !== undefined && untilMs > nowMs) return false;
    this.#untilMs.delete(key);
    this.#untilMs.set(key, nowMs + ttlMs);
    return true;
  }

  /** A Map keeps the order of insertion, so the oldest stand first. */
  #forget(nowMs: number): void {
    for (const [key, untilMs] of this.#untilMs) {
      if (untilMs > nowMs && this.#untilMs.size < this.#maxNonces) return;
      this.#untilMs.delete(key);
    }
  }
}

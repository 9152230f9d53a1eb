import type { Clock } from '@hookline/runtime';

/** Nonces kept at most: above the calls that one process takes while a nonce has to be remembered. */
const MAX_NONCES = 100_000;

/** What part of its nonces the API key with the most of them loses when there are too many, to save looking for it each time. */
const FORGOTTEN_PART = 0.1;

/** The nonces of one API key. */
interface Owner {
  /** When each may be forgotten; the oldest stands first. */
  readonly untilMs: Map<string, number>;
  lastUntilMs: number;
}

/**
 * Remembers nonces in this process. When there are too many, the API key that has the most of them loses its oldest: a
 * flood of one key costs no other key its nonces.
 */
export class NonceMemory {
  readonly #clock: Clock;
  readonly #maxNonces: number;
  /** By API key; the one that was used longest ago stands first. */
  readonly #owners = new Map<string, Owner>();
  #size = 0;

  /** @param maxNonces - kept at most; default 100,000 */
  constructor(clock: Clock, maxNonces = MAX_NONCES) {
    this.#clock = clock;
    this.#maxNonces = maxNonces;
  }

  /** How many nonces are kept. */
  get size(): number {
    return this.#size;
  }

  /** Remembers a nonce of an API key for `ttlMs`. False when it is remembered already. */
  remember(apiKey: string, nonce: string, ttlMs: number): boolean {
    const nowMs = this.#clock.now();
    this.#forgetIdle(nowMs);
    const owner = this.#owners.get(apiKey) ?? { untilMs: new Map(), lastUntilMs: 0 };
    this.#forget(owner, ([, untilMs]) => untilMs <= nowMs);
    if (owner.untilMs.has(nonce)) return false;
    if (this.#size >= this.#maxNonces) this.#makeRoom();
    owner.untilMs.set(nonce, nowMs + ttlMs);
    owner.lastUntilMs = nowMs + ttlMs;
    this.#size += 1;
    this.#owners.delete(apiKey);
    this.#owners.set(apiKey, owner);
    return true;
  }

  /** Forgets the keys whose nonces are all past their time. */
  #forgetIdle(nowMs: number): void {
    for (const [apiKey, { untilMs, lastUntilMs }] of this.#owners) {
      if (lastUntilMs > nowMs) return;
      this.#owners.delete(apiKey);
      this.#size -= untilMs.size;
    }
  }

  #makeRoom(): void {
    let largest: Owner | undefined;
    for (const owner of this.#owners.values()) {
      if (!largest || owner.untilMs.size > largest.untilMs.size) largest = owner;
    }
    if (!largest) return;
    let left = Math.ceil(largest.untilMs.size * FORGOTTEN_PART);
    this.#forget(largest, () => left-- > 0);
  }

  /** Forgets the oldest nonces of a key for as long as `isToGo`. */
  #forget({ untilMs }: Owner, isToGo: (entry: [string, number]) => boolean): void {
    for (const entry of untilMs) {
      if (!isToGo(entry)) return;
      untilMs.delete(entry[0]);
      this.#size -= 1;
    }
  }
}

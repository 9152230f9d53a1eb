import type { Clock } from '@hookline/runtime';

/** More than one process accepts calls during the lifetime of a nonce. */
const MAX_NONCES = 100_000;

/**
 * The share of its nonces that the largest API key loses if there are too many; several at once, because finding that
 * key takes time.
 */
const FORGOTTEN_PART = 0.1;

/**
 * The nonces of one API key, oldest first. Their order is kept in an array, because finding the first entry of a Map
 * means skipping every entry that was deleted before it.
 */
class Owner {
  readonly #untilMs = new Map<string, number>();
  #order: string[] = [];
  /** The index of the oldest nonce in `#order`. */
  #oldest = 0;
  lastUntilMs = 0;

  get size(): number {
    return this.#untilMs.size;
  }

  has(nonce: string): boolean {
    return this.#untilMs.has(nonce);
  }

  add(nonce: string, untilMs: number): void {
    this.#untilMs.set(nonce, untilMs);
    this.#order.push(nonce);
    this.lastUntilMs = untilMs;
  }

  /** Forgets nonces, oldest first, while `isExpendable` returns true for the time until which one is kept. Returns how many. */
  forget(isExpendable: (untilMs: number) => boolean): number {
    const before = this.size;
    for (; this.#oldest < this.#order.length; this.#oldest++) {
      const nonce = this.#order[this.#oldest] ?? '';
      if (!isExpendable(this.#untilMs.get(nonce) ?? 0)) break;
      this.#untilMs.delete(nonce);
    }
    if (2 * this.#oldest > this.#order.length) {
      this.#order = this.#order.slice(this.#oldest);
      this.#oldest = 0;
    }
    return before - this.size;
  }
}

/**
 * Remembers nonces in the memory of this process. If there are too many, the API key with the most nonces loses its
 * oldest ones, so that a flood with one key does not affect the others.
 */
export class NonceMemory {
  readonly #clock: Clock;
  readonly #maxNonces: number;
  /** By API key, least recently used first. */
  readonly #owners = new Map<string, Owner>();
  #size = 0;

  /** @param maxNonces - how many nonces are kept at most; default 100,000 */
  constructor(clock: Clock, maxNonces = MAX_NONCES) {
    this.#clock = clock;
    this.#maxNonces = maxNonces;
  }

  /** How many nonces are kept. */
  get size(): number {
    return this.#size;
  }

  /** Remembers a nonce of an API key for `ttlMs`. Returns false if it is remembered already. */
  remember(apiKey: string, nonce: string, ttlMs: number): boolean {
    const nowMs = this.#clock.now();
    this.#forgetIdle(nowMs);
    const owner = this.#owners.get(apiKey) ?? new Owner();
    this.#size -= owner.forget((untilMs) => untilMs <= nowMs);
    if (owner.has(nonce)) return false;
    if (this.#size >= this.#maxNonces) this.#makeSpace(owner);
    owner.add(nonce, nowMs + ttlMs);
    this.#size += 1;
    this.#owners.delete(apiKey);
    this.#owners.set(apiKey, owner);
    return true;
  }

  /** Forgets the keys whose nonces have all expired. */
  #forgetIdle(nowMs: number): void {
    for (const [apiKey, owner] of this.#owners) {
      if (owner.lastUntilMs > nowMs) return;
      this.#owners.delete(apiKey);
      this.#size -= owner.size;
    }
  }

  /** @param current - the key that needs the space, which loses nonces if no other key has more */
  #makeSpace(current: Owner): void {
    let largest = current;
    for (const owner of this.#owners.values()) {
      if (owner.size > largest.size) largest = owner;
    }
    let left = Math.ceil(largest.size * FORGOTTEN_PART);
    this.#size -= largest.forget(() => left-- > 0);
  }
}

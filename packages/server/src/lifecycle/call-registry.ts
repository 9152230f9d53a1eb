import type { Cancel, Clock } from '@hookline/runtime';
import type { BotTimers } from '../bot-limits.js';
import type { CallSession } from '../call/call-session.js';
import { deadline } from '../deadline.js';

/** How often all calls are checked for silent clients, idle bots and open probes, in milliseconds. */
const SWEEP_MS = 500;

/**
 * How long a connection probe may take, from its upgrade, in milliseconds. A client closes it as soon as it is open; one
 * that only pings would hold the place of a call forever.
 */
const MAX_PROBE_MS = 60_000;

/**
 * The calls of a bot. One periodic check of all calls ends the silent and idle ones, and probes that nobody closes,
 * without a timer per call. (AC-TIME-3)
 */
export class CallRegistry {
  readonly #clock: Clock;
  readonly #timers: Pick<BotTimers, 'silenceMs' | 'idleMs'>;
  readonly #calls = new Set<CallSession>();
  readonly #unauthorized = new Set<CallSession>();
  readonly #countsByKey = new Map<string, number>();
  /** The API keys of reserved calls. */
  readonly #reservations = new Set<{ readonly apiKey: string }>();
  readonly #onEmpty: (() => void)[] = [];
  #cancelSweep: Cancel | undefined;

  constructor(clock: Clock, timers: Pick<BotTimers, 'silenceMs' | 'idleMs'>) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** The number of calls; connections that only get `unauthorized` are not counted. */
  get size(): number {
    return this.#calls.size - this.#unauthorized.size;
  }

  /** The number of connections that only get `unauthorized`. They do not count as calls. */
  get unauthorized(): number {
    return this.#unauthorized.size;
  }

  /** The number of calls, including reserved ones. */
  get inUse(): number {
    return this.size + this.#reservations.size;
  }

  /** The same for one API key. */
  inUseByKey(apiKey: string): number {
    let reserved = 0;
    for (const reservation of this.#reservations) if (reservation.apiKey === apiKey) reserved += 1;
    return reserved + this.#countOf(apiKey);
  }

  /** Reserves a call that has not started. Returns a function that releases it; idempotent. */
  reserve(apiKey: string): () => void {
    const reservation = { apiKey };
    this.#reservations.add(reservation);
    return () => void this.#reservations.delete(reservation);
  }

  add(call: CallSession): void {
    this.#calls.add(call);
    // The key is empty if it was not checked.
    if (call.apiKey !== '') this.#countsByKey.set(call.apiKey, this.#countOf(call.apiKey) + 1);
    if (!this.#cancelSweep) this.#sweepLater();
  }

  /** Adds a connection whose credentials were refused and that gets `disconnect` for it. */
  addUnauthorized(call: CallSession): void {
    this.#unauthorized.add(call);
    this.add(call);
  }

  delete(call: CallSession): void {
    if (!this.#calls.delete(call)) return;
    this.#unauthorized.delete(call);
    const left = this.#countOf(call.apiKey) - 1;
    if (left > 0) this.#countsByKey.set(call.apiKey, left);
    else this.#countsByKey.delete(call.apiKey);
    if (this.#calls.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  /** Resolves when no call is left. */
  empty(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  /** Calls `act` with each call. `act` may add or remove calls. */
  each(act: (call: CallSession) => void): void {
    for (const call of [...this.#calls]) act(call);
  }

  #countOf(apiKey: string): number {
    return this.#countsByKey.get(apiKey) ?? 0;
  }

  #sweepLater(): void {
    this.#cancelSweep = deadline(this.#clock, this.#clock.now() + SWEEP_MS, () => {
      this.#sweep();
      if (this.#calls.size > 0) this.#sweepLater();
      else this.#cancelSweep = undefined;
    });
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    const { silenceMs, idleMs } = this.#timers;
    this.each((call) => {
      if (nowMs - call.session.lastHeardMs >= silenceMs) {
        timeOut(call, `nothing was received for ${silenceMs / 1000} s`);
      } else if (nowMs - call.lastActiveMs(nowMs) >= idleMs) {
        timeOut(call, `the bot did nothing for ${idleMs / 1000} s`);
      } else if (nowMs - call.probedSinceMs >= MAX_PROBE_MS) {
        timeOut(call, `the client did not close its connection probe within ${MAX_PROBE_MS / 1000} s`);
      }
    });
  }
}

function timeOut({ session }: CallSession, info: string): void {
  session.end({ end: 'timeout', reason: 'error', info });
}

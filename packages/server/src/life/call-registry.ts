import type { Cancel, Clock } from '@hookline/runtime';
import type { BotTimers } from '../bot-options.js';
import type { CallSession } from '../call/call-session.js';

/** How often the calls are looked through for one from which nothing comes, or whose bot does nothing. */
const SWEEP_MS = 500;

/** The calls of a bot. One sweep ends the silent and the idle ones, instead of a timer a call. (AC-TIME-3) */
export class CallRegistry {
  readonly #clock: Clock;
  readonly #timers: Pick<BotTimers, 'silenceMs' | 'idleMs'>;
  readonly #calls = new Set<CallSession>();
  readonly #strangers = new Set<CallSession>();
  readonly #countsByKey = new Map<string, number>();
  readonly #onEmpty: (() => void)[] = [];
  #cancelSweep: Cancel | undefined;

  constructor(clock: Clock, timers: Pick<BotTimers, 'silenceMs' | 'idleMs'>) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** How many calls there are, strangers not counted. */
  get size(): number {
    return this.#calls.size - this.#strangers.size;
  }

  /** How many connections are told that they are refused, and take no place of a call. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** How many calls of an API key there are. */
  sizeOf(apiKey: string): number {
    return this.#countsByKey.get(apiKey) ?? 0;
  }

  add(call: CallSession): void {
    this.#calls.add(call);
    // Empty where nobody has checked it.
    if (call.apiKey !== '') this.#countsByKey.set(call.apiKey, this.sizeOf(call.apiKey) + 1);
    if (!this.#cancelSweep) this.#sweepLater();
  }

  /** A connection whose credentials were refused, to be told so. */
  addStranger(call: CallSession): void {
    this.#strangers.add(call);
    this.add(call);
  }

  delete(call: CallSession): void {
    if (!this.#calls.delete(call)) return;
    this.#strangers.delete(call);
    const left = this.sizeOf(call.apiKey) - 1;
    if (left > 0) this.#countsByKey.set(call.apiKey, left);
    else this.#countsByKey.delete(call.apiKey);
    if (this.#calls.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  /** Resolves when there is no call. */
  empty(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  /** Each call, with no regard to those that come or go meanwhile. */
  each(act: (call: CallSession) => void): void {
    for (const call of [...this.#calls]) act(call);
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#clock.after(SWEEP_MS, () => {
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
      }
    });
  }
}

function timeOut({ session }: CallSession, info: string): void {
  session.end({ end: 'timeout', reason: 'error', info });
}

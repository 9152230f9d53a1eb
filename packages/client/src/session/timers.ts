import type { Cancel, Clock } from '@hookline/runtime';
import type { TimerName } from './events.js';

/** The timers of one session: at most one of each name. */
export class Timers {
  readonly #clock: Clock;
  readonly #pending = new Map<TimerName, Cancel>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `callback` in `ms`; the timer of that name that was pending is forgotten. */
  arm(name: TimerName, ms: number, callback: () => void): void {
    this.disarm(name);
    this.#pending.set(
      name,
      this.#clock.after(ms, () => {
        this.#pending.delete(name);
        callback();
      }),
    );
  }

  disarm(name: TimerName): void {
    this.#pending.get(name)?.();
    this.#pending.delete(name);
  }

  /** Nothing fires after this. */
  disarmAll(): void {
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }
}

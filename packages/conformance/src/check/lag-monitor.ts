import type { ClauseId } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';

const CHECK_INTERVAL_MS = 50;

/**
 * If this process was blocked for longer, in milliseconds, a late answer may not be the bot's fault. Less than half of
 * the shortest deadline.
 */
export const MAX_LAG_MS = 2000;

/** Clauses whose evaluation depends on timing. */
export const TIMED: ReadonlySet<ClauseId> = new Set<ClauseId>([
  'AC-OPEN-2',
  'AC-OPEN-3',
  'AC-PING-1',
  'AC-PING-3',
  'AC-MSG-7',
  'AC-AUDIO-3',
  'AC-AUDIO-11',
  'AC-PLAY-4',
  'AC-PLAY-5',
  'AC-PLAY-6',
  'AC-BARGE-3',
  'AC-RATE-1',
  'AC-RATE-2',
  'AC-RATE-3',
  'AC-RATE-4',
  'AC-DISC-2',
  'AC-CLOSE-1',
  'AC-CLOSE-2',
  'AC-PROBE-2',
]);

/** Measures how late the timers of this process fire, which delays its frames, pings and time stamps too. */
export class LagMonitor {
  readonly #clock: Clock;
  #dueMs: number;
  #worstMs = 0;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#dueMs = clock.now() + CHECK_INTERVAL_MS;
    this.#arm();
  }

  /** Stops and returns the greatest delay of a timer, in milliseconds. Idempotent. */
  stop(): number {
    this.#cancel();
    if (!this.#stopped) this.#measure();
    this.#stopped = true;
    return Math.round(this.#worstMs);
  }

  #arm(): void {
    this.#cancel = this.#clock.after(CHECK_INTERVAL_MS, () => {
      this.#measure();
      this.#dueMs = this.#clock.now() + CHECK_INTERVAL_MS;
      this.#arm();
    });
  }

  #measure(): void {
    this.#worstMs = Math.max(this.#worstMs, this.#clock.now() - this.#dueMs);
  }
}

import type { ClauseId } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';

const LOOK_EVERY_MS = 50;

/** A check that itself stood still this long, in milliseconds, cannot say who was late: less than half of the shortest deadline. */
export const MAX_LAG_MS = 2000;

/** Clauses that are judged by when something came. */
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

/** Measures how late the timers of this process are: its frames, pings and time stamps are as late. */
export class LagWatch {
  readonly #clock: Clock;
  #dueMs: number;
  #worstMs = 0;
  #stopped = false;
  #cancel: Cancel = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#dueMs = clock.now() + LOOK_EVERY_MS;
    this.#arm();
  }

  /** Stops, and says by how much the latest timer was late, in milliseconds. Idempotent. */
  stop(): number {
    this.#cancel();
    if (!this.#stopped) this.#look();
    this.#stopped = true;
    return Math.round(this.#worstMs);
  }

  #arm(): void {
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#dueMs = this.#clock.now() + LOOK_EVERY_MS;
      this.#arm();
    });
  }

  #look(): void {
    this.#worstMs = Math.max(this.#worstMs, this.#clock.now() - this.#dueMs);
  }
}

import type { Clock } from '@hookline/runtime';

/** How much work one connection may cause in a row before the others get their turn, in milliseconds. */
const TURN_MS = 4;

/** The minimum cost of a message, in milliseconds, because measuring its handler alone leaves out part of the work. */
const MIN_WORK_MS = 0.02;

/** The connection that is read. */
export interface Source {
  /** Stops reading. */
  pause(): void;
  /** Resumes reading. */
  resume(): void;
}

/**
 * Shares the event loop fairly between connections. A message is handled at once, unless its connection has caused so
 * much work in a row that other calls would be delayed: a single read may contain ten thousand tiny frames. In that case
 * the message waits for the next turn of the event loop, and the connection is not read meanwhile.
 *
 * Idle time is deducted from the work, so a connection that keeps to real time never waits.
 */
export class ReadScheduler {
  readonly #clock: Clock;
  readonly #source: Source;
  /** Undefined while no turn is scheduled. */
  #waiting: (() => void)[] | undefined;
  #last: (() => void) | undefined;
  /** When idle time will have made up for the work done so far. A single number: V8 allocates each separately. */
  #evenAtMs = 0;
  #closed = false;

  constructor(clock: Clock, source: Source) {
    this.#clock = clock;
    this.#source = source;
    this.#evenAtMs = clock.now();
  }

  /** Begins a piece of work. Returns the time to pass to `end`, or undefined if the work has to `wait`. */
  begin(): number | undefined {
    if (this.#closed || this.#waiting) return undefined;
    const nowMs = this.#clock.now();
    return this.#evenAtMs - nowMs > TURN_MS ? undefined : nowMs;
  }

  /** Ends the piece of work that began at `beganMs`. */
  end(beganMs: number): void {
    const nowMs = this.#clock.now();
    const workMs = Math.max(MIN_WORK_MS, nowMs - beganMs);
    // The time of this work was not idle.
    this.#evenAtMs = nowMs + workMs + Math.max(0, this.#evenAtMs - beganMs);
  }

  /** Runs `work` now or in a later turn of the event loop; not after `close`. */
  take(work: () => void): void {
    const beganMs = this.begin();
    if (beganMs === undefined) {
      this.wait(work);
      return;
    }
    work();
    this.end(beganMs);
  }

  /** Runs `work` in a later turn of the event loop, after all waiting work; not after `close`. */
  wait(work: () => void): void {
    if (this.#closed) return;
    if (this.#waiting) {
      this.#waiting.push(work);
      return;
    }
    const waiting = [work];
    this.#waiting = waiting;
    this.#source.pause();
    setImmediate(() => this.#turn(waiting));
  }

  /** Runs `work` after all waiting work, or at once if there is none, even after `close`. Call it once. */
  last(work: () => void): void {
    if (this.#waiting && this.#waiting.length > 0) this.#last = work;
    else work();
  }

  /** Drops all waiting work, except that passed to `last`. */
  close(): void {
    this.#closed = true;
    if (this.#waiting) this.#waiting.length = 0;
  }

  #turn(waiting: (() => void)[]): void {
    this.#evenAtMs = 0;
    let done = 0;
    try {
      for (const work of waiting) {
        done += 1;
        const beganMs = this.#clock.now();
        work();
        this.end(beganMs);
        if (this.#evenAtMs - this.#clock.now() > TURN_MS) break;
      }
    } finally {
      // A failure must not prevent the rest from running, least of all the work passed to `last`.
      waiting.splice(0, done);
      if (waiting.length > 0) setImmediate(() => this.#turn(waiting));
      else this.#rest();
    }
  }

  #rest(): void {
    this.#waiting = undefined;
    if (!this.#closed) this.#source.resume();
    const last = this.#last;
    this.#last = undefined;
    last?.();
  }
}

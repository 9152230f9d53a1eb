import type { Clock } from '@hookline/runtime';

/** Work that one connection may cause in a row before the others are read, in milliseconds. */
const TURN_MS = 4;

/** The least that one message costs in all, in milliseconds: its own handler measures too little. */
const LEAST_WORK_MS = 0.02;

/** The connection that is read. */
export interface Source {
  /** Stops reading. */
  pause(): void;
  /** Goes on reading. */
  resume(): void;
}

/**
 * Shares reading fairly between the connections of a process. What arrives is handled at once, unless its connection has caused so
 * much work in a row that the other calls would feel it: one read may hold ten thousand tiny frames. Then it waits
 * for the next turn of the event loop, and its connection is not read until then.
 *
 * Idle time makes up for work, so a connection that keeps to real time never waits.
 */
export class ReadScheduler {
  readonly #clock: Clock;
  readonly #source: Source;
  readonly #waiting: (() => void)[] = [];
  #last: (() => void) | undefined;
  #workedMs = 0;
  #idleSinceMs: number;
  #closed = false;

  constructor(clock: Clock, source: Source) {
    this.#clock = clock;
    this.#source = source;
    this.#idleSinceMs = clock.now();
  }

  /** Asks to begin a piece of work. Returns the time for `end`, or undefined when the work has to `wait`. */
  begin(): number | undefined {
    if (this.#closed || this.#waiting.length > 0) return undefined;
    const nowMs = this.#clock.now();
    this.#workedMs = Math.max(0, this.#workedMs - (nowMs - this.#idleSinceMs));
    this.#idleSinceMs = nowMs;
    return this.#workedMs > TURN_MS ? undefined : nowMs;
  }

  /** The work that began at `beganMs` is done. */
  end(beganMs: number): void {
    this.#idleSinceMs = this.#clock.now();
    this.#workedMs += Math.max(LEAST_WORK_MS, this.#idleSinceMs - beganMs);
  }

  /** Does `work` now or in a later turn of the event loop; not after `close`. */
  take(work: () => void): void {
    const beganMs = this.begin();
    if (beganMs === undefined) {
      this.wait(work);
      return;
    }
    work();
    this.end(beganMs);
  }

  /** Does `work` in a later turn of the event loop, after everything that waits; not after `close`. */
  wait(work: () => void): void {
    if (this.#closed) return;
    this.#waiting.push(work);
    if (this.#waiting.length > 1) return;
    this.#source.pause();
    setImmediate(() => this.#turn());
  }

  /** Does `work` after everything that waits, or at once if nothing does, even after `close`. Call it once. */
  last(work: () => void): void {
    if (this.#waiting.length > 0) this.#last = work;
    else work();
  }

  /** Drops what waits, except the work given to `last`. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  #turn(): void {
    this.#workedMs = 0;
    let done = 0;
    try {
      for (const work of this.#waiting) {
        done += 1;
        const beganMs = this.#clock.now();
        work();
        this.end(beganMs);
        if (this.#workedMs > TURN_MS) break;
      }
    } finally {
      // A failure must not keep back the rest, least of all the work given to `last`.
      this.#waiting.splice(0, done);
      if (this.#waiting.length > 0) setImmediate(() => this.#turn());
      else this.#rest();
    }
  }

  #rest(): void {
    if (!this.#closed) this.#source.resume();
    const last = this.#last;
    this.#last = undefined;
    last?.();
  }
}

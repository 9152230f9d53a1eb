import type { Cancel, Clock } from './clock.js';
import { runtimeError } from './runtime-error.js';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * A clock for tests that moves only when it is advanced: a 15-minute call takes milliseconds and runs
 * the same way every time.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs: number;
  readonly #timers = new Set<Timer>();
  readonly #held = new Set<Promise<unknown>>();

  /** @param startWallMs - Unix time at `now() === 0`; default 2026-01-01T00:00:00Z */
  constructor(startWallMs = 1_767_225_600_000) {
    this.#wallOffsetMs = startWallMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wall(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** @throws HooklineError `RUNTIME_BAD_OPTION` for NaN: no order of timers would hold with it */
  after(ms: number, callback: () => void): Cancel {
    if (Number.isNaN(ms))
      throw runtimeError('RUNTIME_BAD_OPTION', 'VirtualClock.after: got NaN; expected milliseconds');
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Sets the wall clock forward or back, as an operator or NTP would; monotonic time is untouched. */
  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /**
   * Keeps time still until `promise` settles: for real I/O (a file, wasm) inside virtual time.
   *
   * @throws HooklineError `RUNTIME_BAD_OPTION` for anything but a promise
   */
  hold<T>(promise: Promise<T>): Promise<T> {
    checkPromise('hold', promise);
    const release = () => {
      this.#held.delete(released);
    };
    const released: Promise<void> = promise.then(release, release);
    this.#held.add(released);
    return promise;
  }

  /** How many timers are pending. A test that ends with any has leaked them. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what is due now, and what that makes due, without moving time. */
  settle(): Promise<void> {
    return this.advance(0);
  }

  /**
   * Moves time on by `ms`, running timers in order of their due time. Between two timers all microtasks and one
   * macrotask run, so promise chains come to rest before time moves.
   *
   * @throws HooklineError `RUNTIME_BAD_OPTION` as a rejection, for a negative or unreal number: time does not go back
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw runtimeError(
        'RUNTIME_BAD_OPTION',
        `VirtualClock.advance: got ${ms}; expected a finite number of 0 or more milliseconds`,
      );
    }
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await this.#rest();
      const next = this.#earliest();
      if (!next || next.dueMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers.delete(next);
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Moves time on until `done()` holds.
   *
   * @throws HooklineError `RUNTIME_STALLED` as a rejection, after `limitMs` of virtual time, or if no timer is pending
   */
  async advanceUntil(done: () => boolean, limitMs = 3_600_000): Promise<void> {
    const obstacle = await this.#advanceUntil(done, limitMs);
    if (obstacle !== undefined)
      throw runtimeError(
        'RUNTIME_STALLED',
        `VirtualClock.advanceUntil: the condition does not hold and ${obstacle}`,
      );
  }

  /**
   * Runs the clock until `promise` settles and returns what it settles to.
   *
   * @throws HooklineError as a rejection: `RUNTIME_STALLED` after `limitMs` of virtual time, or if no timer is pending,
   *   `RUNTIME_BAD_OPTION` for anything but a promise
   */
  async run<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    checkPromise('run', promise);
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    const obstacle = await this.#advanceUntil(() => settled, limitMs);
    if (obstacle === undefined) return promise;
    throw runtimeError(
      'RUNTIME_STALLED',
      `VirtualClock.run: the promise has not settled and ${obstacle}; give what waits in real time to hold()`,
    );
  }

  /** Returns why the condition can not be waited for; undefined when it holds. */
  async #advanceUntil(done: () => boolean, limitMs: number): Promise<string | undefined> {
    const untilMs = this.#nowMs + limitMs;
    for (;;) {
      await this.#rest();
      if (done()) return undefined;
      const next = this.#earliest();
      if (!next) return 'no timer is pending';
      if (next.dueMs > untilMs) return `${limitMs} ms of virtual time passed`;
      await this.advance(Math.max(0, next.dueMs - this.#nowMs));
    }
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      // A set iterates in the order of addition: of timers that are due at the same time, the first stays.
      if (!earliest || timer.dueMs < earliest.dueMs) earliest = timer;
    }
    return earliest;
  }

  async #rest(): Promise<void> {
    await macrotask();
    while (this.#held.size > 0) {
      await Promise.all(this.#held);
      await macrotask();
    }
  }
}

/** Resolves after pending microtasks and I/O callbacks, without waiting for any time to pass. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** A call is often given in place of its `result`. @throws HooklineError `RUNTIME_BAD_OPTION` */
function checkPromise(method: string, promise: unknown): void {
  if (typeof Reflect.get(Object(promise), 'then') === 'function') return;
  throw runtimeError(
    'RUNTIME_BAD_OPTION',
    `VirtualClock.${method}: got ${promise === null ? 'null' : typeof promise}; expected a promise, such as call.result`,
  );
}

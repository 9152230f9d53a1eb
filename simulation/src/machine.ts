import type { Cancel, Clock } from '@hookline/runtime';
import type { World } from './world.js';

/** Unix time at the start of every simulated call: 2026-01-01T00:00:00Z. */
const START_WALL_MS = 1_767_225_600_000;

/** One of the two machines of a simulated call: the clock of the code under test, and its event loop. */
export class Machine implements Clock {
  /** Nothing runs on this machine before this time. */
  stalledUntilMs = 0;
  readonly #world: World;
  readonly #gridMs: number;
  #wallStepMs = 0;
  #pending = 0;

  constructor(world: World, gridMs: number) {
    this.#world = world;
    this.#gridMs = gridMs;
  }

  /** The number of pending timers of the code under test. */
  get pending(): number {
    return this.#pending;
  }

  /** The earliest time at which a timer that is due now can run. */
  get nextTimerMs(): number {
    return this.#onGrid(Math.max(this.#world.nowMs, this.stalledUntilMs));
  }

  now(): number {
    return this.#world.nowMs;
  }

  wall(): number {
    return START_WALL_MS + this.#world.nowMs + this.#wallStepMs;
  }

  after(ms: number, callback: () => void): Cancel {
    let pending = true;
    const settle = () => {
      if (pending) this.#pending -= 1;
      pending = false;
    };
    this.#pending += 1;
    const cancel = this.scheduleScript(ms, () => {
      settle();
      callback();
    });
    return () => {
      settle();
      cancel();
    };
  }

  /** Schedules a timer of a script; `pending` does not count it. */
  scheduleScript(ms: number, callback: () => void): Cancel {
    const dueMs = this.#onGrid(this.#world.nowMs + Math.max(0, ms));
    return this.#world.schedule(this, dueMs, 'timer', callback);
  }

  /** Schedules an arrival from the network. */
  arriveAt(atMs: number, callback: () => void): void {
    this.#world.schedule(this, atMs, 'arrival', callback);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.scheduleScript(ms, resolve);
    });
  }

  /** Blocks the event loop: timers run late, and arrivals wait. */
  stall(ms: number): void {
    this.stalledUntilMs = Math.max(this.stalledUntilMs, this.#world.nowMs + ms);
  }

  /** Sets the wall clock forward or back. */
  stepWall(ms: number): void {
    this.#wallStepMs += ms;
  }

  #onGrid(ms: number): number {
    const grid = this.#gridMs;
    return grid > 0 ? Math.max(ms, Math.ceil(ms / grid - 1e-9) * grid) : ms;
  }
}

import type { Cancel, Clock } from '@hookline/runtime';
import type { World } from './world.js';

/** Unix time at the beginning of every simulated call: 2026-01-01T00:00:00Z. */
const START_WALL_MS = 1_767_225_600_000;

/** One of the two machines of a simulated call: the clock that the code under test is given, and its event loop. */
export class Machine implements Clock {
  /** Nothing runs on this machine before. */
  stalledUntilMs = 0;
  readonly #world: World;
  readonly #gridMs: number;
  #wallStepMs = 0;
  #pending = 0;

  constructor(world: World, gridMs: number) {
    this.#world = world;
    this.#gridMs = gridMs;
  }

  /** How many timers of the code under test are pending. */
  get pending(): number {
    return this.#pending;
  }

  /** The first moment at which a timer that is due now can run. */
  get soonestMs(): number {
    return this.#onGrid(Math.max(this.#world.nowMs, this.stalledUntilMs));
  }

  now(): number {
    return this.#world.nowMs;
  }

  wall(): number {
    return START_WALL_MS + this.#world.nowMs + this.#wallStepMs;
  }

  after(ms: number, callback: () => void): Cancel {
    let waits = true;
    const settle = () => {
      if (waits) this.#pending -= 1;
      waits = false;
    };
    this.#pending += 1;
    const cancel = this.later(ms, () => {
      settle();
      callback();
    });
    return () => {
      settle();
      cancel();
    };
  }

  /** A timer of the script, not of the code under test. */
  later(ms: number, callback: () => void): Cancel {
    const dueMs = this.#onGrid(this.#world.nowMs + Math.max(0, ms));
    return this.#world.schedule(this, dueMs, 'timer', callback);
  }

  /** Something comes in from the network at that time. */
  arriveAt(atMs: number, callback: () => void): void {
    this.#world.schedule(this, atMs, 'arrival', callback);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.later(ms, resolve);
    });
  }

  /** The event loop does nothing for a while: timers run late, and what arrives waits. */
  stall(ms: number): void {
    this.stalledUntilMs = Math.max(this.stalledUntilMs, this.#world.nowMs + ms);
  }

  /** The wall clock is set forward or back. */
  stepWall(ms: number): void {
    this.#wallStepMs += ms;
  }

  #onGrid(ms: number): number {
    const grid = this.#gridMs;
    return grid > 0 ? Math.max(ms, Math.ceil(ms / grid - 1e-9) * grid) : ms;
  }
}

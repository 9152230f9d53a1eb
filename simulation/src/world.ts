import { MinHeap, messageOf } from '@hookline/runtime';
import { Machine } from './machine.js';

/** Between two of these the microtasks run, and nothing else has to: several at a time cost a fifth of one by one. */
const STEPS_AT_A_TIME = 16;

/** Where arrivals stand among the timers of the same instant. */
export type ArrivalRank = 'before-timers' | 'after-timers';

/** How the machines of a world behave. */
export interface WorldOptions {
  readonly arrivals: ArrivalRank;
  /** Timers run at whole multiples of this only, as on an operating system with a coarse tick; 0 for exact ones. */
  readonly timerGridMs: { readonly client: number; readonly server: number };
}

interface ScheduledEvent {
  readonly dueMs: number;
  /** Among events due at the same time, the lowest rank runs first. */
  readonly rank: number;
  /** Among equals: the order in which they were scheduled. */
  readonly order: number;
  /** Undefined once it was cancelled. */
  run: (() => void) | undefined;
  readonly machine: Machine;
}

/**
 * Two machines with one time, which stands still while anything runs: both see the same milliseconds, but each has
 * its own wall clock, its own timers and its own stalls.
 */
export class World {
  readonly client: Machine;
  readonly server: Machine;
  /** What callbacks of timers and arrivals threw. */
  readonly thrown: string[] = [];
  readonly #queue = new MinHeap<ScheduledEvent>(
    (a, b) => a.dueMs - b.dueMs || a.rank - b.rank || a.order - b.order,
  );
  readonly #arrivalRank: number;
  #nowMs = 0;
  #order = 0;

  constructor({ arrivals, timerGridMs }: WorldOptions) {
    this.#arrivalRank = arrivals === 'before-timers' ? -1 : 1;
    this.client = new Machine(this, timerGridMs.client);
    this.server = new Machine(this, timerGridMs.server);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** When what is due now will have happened on both machines. */
  get settledMs(): number {
    return Math.max(this.client.soonestMs, this.server.soonestMs);
  }

  /** Lets `run` happen on a machine; returns a function that cancels it. */
  schedule(machine: Machine, dueMs: number, what: 'timer' | 'arrival', run: () => void): () => void {
    const rank = what === 'timer' ? 0 : this.#arrivalRank;
    const event: ScheduledEvent = { machine, dueMs, rank, order: this.#order++, run };
    this.#queue.push(event);
    return () => {
      event.run = undefined;
    };
  }

  /**
   * Lets time pass until `done()` holds, nothing is left to happen, or it is `untilMs`. Between two events all
   * microtasks run.
   */
  run(done: () => boolean, untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      let over = false;
      let left = 0;
      const begin = () => {
        left = STEPS_AT_A_TIME;
        for (let step = 0; step < STEPS_AT_A_TIME; step++) setImmediate(take);
      };
      const take = () => {
        left -= 1;
        over ||= done() || !this.#step(untilMs);
        if (left > 0) return;
        if (over) resolve();
        else begin();
      };
      begin();
    });
  }

  /** Lets the next thing happen. False when there is none in time. */
  #step(untilMs: number): boolean {
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) {
      const { machine, run } = next;
      if (!run) continue;
      if (next.dueMs > untilMs) {
        this.#queue.push(next);
        return false;
      }
      if (machine.stalledUntilMs > next.dueMs) {
        this.#postpone(next);
        continue;
      }
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run = undefined;
      try {
        run();
      } catch (error) {
        this.thrown.push(messageOf(error));
      }
      return true;
    }
    return false;
  }

  /** After a stall an event loop runs its late timers first, then reads its sockets. */
  #postpone(next: ScheduledEvent): void {
    const dueMs = next.machine.stalledUntilMs;
    const rank = next.rank === 0 ? -3 : -2;
    this.#queue.push(Object.assign(next, { dueMs, rank, order: this.#order++ }));
  }
}

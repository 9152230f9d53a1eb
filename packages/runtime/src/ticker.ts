import type { Cancel, Clock } from './clock.js';
import { MinHeap } from './min-heap.js';

/** Runs callbacks at deadlines, many calls on one timer. */
export interface Ticker {
  /** Calls `callback` once, in the slot that `deadlineMs` (by `clock.now()`) falls in: never early, and at most one slot late on an idle machine. */
  at(deadlineMs: number, callback: () => void): Cancel;
  /** An alarm that is not set. For what happens again and again: setting it makes no object. */
  alarm(callback: () => void): Alarm;
}

/** A deadline that can be set as often as needed. */
export interface Alarm {
  /** Calls the callback at `deadlineMs`, as `Ticker.at` does, in place of what it was set to before. */
  set(deadlineMs: number): void;
  /** Forgets the deadline, if any. */
  clear(): void;
}

/** What is due in one slot, in the order it was set, with holes where something was cleared or set anew. */
type Slot = (Entry | undefined)[];

interface Entry {
  readonly callback: () => void;
  /** Where it waits; undefined unless it is set. */
  slot: Slot | undefined;
  index: number;
}

/** Absorbs the rounding of `deadline / slot` and of timers that fire a little early, in slots. */
const ROUNDING = 1e-6;

/**
 * One timer for any number of deadlines, gathered in slots. Deadlines are absolute, so a caller that computes
 * the next from the last does not drift, and after a stall every missed deadline fires in order.
 *
 * @param slotMs - the width of a slot; default 5 ms
 */
export function createTicker(clock: Clock, slotMs = 5): Ticker {
  const slots = new Map<number, Slot>();
  const order = new MinHeap();
  let waiting = 0;
  let wakeSlot = Number.POSITIVE_INFINITY;
  let cancelWake: Cancel = () => {};

  const arm = (slot: number) => {
    cancelWake();
    wakeSlot = slot;
    cancelWake = clock.after(slot * slotMs - clock.now(), wake);
  };

  const wake = () => {
    wakeSlot = Number.POSITIVE_INFINITY;
    for (const entries of takeDue()) {
      for (const entry of entries) if (entry) run(entry);
    }
    if (waiting === 0) forget();
    else if (order.least !== undefined && order.least < wakeSlot) arm(order.least);
  };

  /** With nobody left to wake for, a timer would only keep the process alive. */
  const forget = () => {
    cancelWake();
    wakeSlot = Number.POSITIVE_INFINITY;
    slots.clear();
    order.clear();
  };

  /** Everything due is taken before anything runs: what a callback adds waits for the next wake, so none can starve the rest. */
  const takeDue = (): Slot[] => {
    const dueSlot = Math.floor(clock.now() / slotMs + ROUNDING);
    const due: Slot[] = [];
    while (order.least !== undefined && order.least <= dueSlot) {
      const slot = order.least;
      order.pop();
      due.push(slots.get(slot) ?? []);
      slots.delete(slot);
    }
    return due;
  };

  const run = (entry: Entry) => {
    take(entry);
    try {
      entry.callback();
    } catch (error) {
      // One call's mistake must not cost the others their slot.
      clock.after(0, () => {
        throw error;
      });
    }
  };

  /** Out of its slot, if it is in one. */
  const take = (entry: Entry) => {
    if (!entry.slot) return;
    entry.slot[entry.index] = undefined;
    entry.slot = undefined;
    waiting -= 1;
  };

  class SlotAlarm implements Alarm, Entry {
    slot: Slot | undefined;
    index = 0;

    constructor(readonly callback: () => void) {}

    set(deadlineMs: number): void {
      take(this);
      const slot = Math.ceil(deadlineMs / slotMs - ROUNDING);
      let entries = slots.get(slot);
      if (!entries) {
        entries = [];
        slots.set(slot, entries);
        order.push(slot);
      }
      this.slot = entries;
      this.index = entries.push(this) - 1;
      waiting += 1;
      if (slot < wakeSlot) arm(slot);
    }

    clear(): void {
      if (!this.slot) return;
      take(this);
      if (waiting === 0) forget();
    }
  }

  return {
    at(deadlineMs, callback) {
      const alarm = new SlotAlarm(callback);
      alarm.set(deadlineMs);
      return () => alarm.clear();
    },
    alarm: (callback) => new SlotAlarm(callback),
  };
}

import type { Cancel, Clock } from './clock.js';
import { MinHeap } from './min-heap.js';

/** Runs callbacks at deadlines, many calls on one timer. */
export interface Ticker {
  /** Calls `callback` once, in the slot that `deadlineMs` (by `clock.now()`) falls in: never early, and at most one slot late on an idle machine. */
  at(deadlineMs: number, callback: () => void): Cancel;
}

interface Entry {
  /** Undefined once it ran or was cancelled. */
  callback: (() => void) | undefined;
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
  const slots = new Map<number, Entry[]>();
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
      for (const entry of entries) run(entry);
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
  const takeDue = (): Entry[][] => {
    const dueSlot = Math.floor(clock.now() / slotMs + ROUNDING);
    const due: Entry[][] = [];
    while (order.least !== undefined && order.least <= dueSlot) {
      const slot = order.least;
      order.pop();
      due.push(slots.get(slot) ?? []);
      slots.delete(slot);
    }
    return due;
  };

  const run = (entry: Entry) => {
    const { callback } = entry;
    if (!callback) return;
    entry.callback = undefined;
    waiting -= 1;
    try {
      callback();
    } catch (error) {
      // One call's mistake must not cost the others their slot.
      clock.after(0, () => {
        throw error;
      });
    }
  };

  const cancel = (entry: Entry) => {
    if (!entry.callback) return;
    entry.callback = undefined;
    waiting -= 1;
    if (waiting === 0) forget();
  };

  return {
    at(deadlineMs, callback) {
      const slot = Math.ceil(deadlineMs / slotMs - ROUNDING);
      const entry: Entry = { callback };
      const entries = slots.get(slot);
      if (entries) entries.push(entry);
      else {
        slots.set(slot, [entry]);
        order.push(slot);
      }
      waiting += 1;
      if (slot < wakeSlot) arm(slot);
      return () => cancel(entry);
    },
  };
}

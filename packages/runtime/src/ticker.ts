import type { Cancel, Clock } from './clock.js';
import { MinHeap } from './min-heap.js';
import { numberFault } from './number-check.js';

/** Runs callbacks at deadlines, many calls on one timer. */
export interface Ticker {
  /**
   * Calls `callback` once, in the slot that `deadlineMs` (by `clock.now()`) falls in: never early, and at most one slot
   * late on an idle machine.
   *
   * @throws RangeError for a deadline that is no finite number: it would disturb the deadlines of others
   */
  at(deadlineMs: number, callback: () => void): Cancel;
  /** An alarm that is not set. For what happens again and again: setting it makes no object. */
  alarm(callback: () => void): Alarm;
}

/** A deadline that can be set as often as needed. */
export interface Alarm {
  /**
   * Calls the callback at `deadlineMs`, like `Ticker.at`. Replaces an earlier deadline.
   *
   * @throws RangeError for a deadline that is not a finite number; the earlier deadline stays
   */
  set(deadlineMs: number): void;
  /** Clears the deadline, if any. */
  clear(): void;
}

/** What is due in one slot: a list through the entries themselves, in the order they were set. */
interface Slot {
  readonly number: number;
  first: Entry | undefined;
  last: Entry | undefined;
}

interface Entry {
  readonly callback: () => void;
  /** Where it waits; undefined unless it is set. */
  slot: Slot | undefined;
  before: Entry | undefined;
  after: Entry | undefined;
}

/** Absorbs the rounding of `deadline / slot` and of timers that fire a little early, in slots. */
const ROUNDING = 1e-6;

/** Numbers of slots that are empty by now, which the order may hold beside as many as are in use. */
const MAX_STALE_SLOTS = 1024;

/**
 * One timer for any number of deadlines, gathered in slots. Deadlines are absolute, so a caller that computes
 * the next from the last does not drift, and after a stall every missed deadline fires in order.
 *
 * @param slotMs - the width of a slot; default 5 ms
 */
export function createTicker(clock: Clock, slotMs = 5): Ticker {
  const slots = new Map<number, Slot>();
  const order = new MinHeap<number>((a, b) => a - b);
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
    for (const slot of takeDue()) {
      while (slot.first) run(slot.first);
    }
    if (waiting === 0) clearSlots();
    else if (order.first !== undefined && order.first < wakeSlot) arm(order.first);
  };

  /** Cancels the timer when no deadline is left: it would only keep the process alive. */
  const clearSlots = () => {
    cancelWake();
    wakeSlot = Number.POSITIVE_INFINITY;
    slots.clear();
    order.clear();
  };

  /** Everything due is taken before anything runs: what a callback adds waits for the next wake, so none can starve the rest. */
  const takeDue = (): Slot[] => {
    const dueSlot = Math.floor(clock.now() / slotMs + ROUNDING);
    const due: Slot[] = [];
    while (order.first !== undefined && order.first <= dueSlot) {
      // Not there when everything in it was taken back.
      const slot = slots.get(order.first);
      slots.delete(order.first);
      order.pop();
      if (slot) due.push(slot);
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

  const slotOf = (number: number): Slot => {
    const existing = slots.get(number);
    if (existing) return existing;
    const slot: Slot = { number, first: undefined, last: undefined };
    order.push(number);
    slots.set(number, slot);
    return slot;
  };

  const put = (entry: Entry, slot: Slot) => {
    entry.slot = slot;
    entry.before = slot.last;
    if (slot.last) slot.last.after = entry;
    else slot.first = entry;
    slot.last = entry;
    waiting += 1;
  };

  /** Out of its slot, if it is in one. */
  const take = (entry: Entry) => {
    const { slot, before, after } = entry;
    if (!slot) return;
    if (before) before.after = after;
    else slot.first = after;
    if (after) after.before = before;
    else slot.last = before;
    entry.slot = entry.before = entry.after = undefined;
    waiting -= 1;
    // A slot that is due is no longer in the map; a later one of the same number may be.
    if (!slot.first && slots.get(slot.number) === slot) drop(slot);
  };

  /** What was taken back must not stay until its time: most deadlines of a call are far, and never reached. */
  const drop = (slot: Slot) => {
    slots.delete(slot.number);
    if (order.size > 2 * slots.size + MAX_STALE_SLOTS) order.replace(slots.keys());
  };

  class SlotAlarm implements Alarm, Entry {
    slot: Slot | undefined;
    before: Entry | undefined;
    after: Entry | undefined;

    constructor(readonly callback: () => void) {}

    set(deadlineMs: number): void {
      const fault = numberFault('deadlineMs', deadlineMs);
      if (fault !== undefined) throw new RangeError(`Ticker: ${fault}.`);
      const number = Math.ceil(deadlineMs / slotMs - ROUNDING);
      // Set again within its slot it goes to the end of it.
      take(this);
      put(this, slotOf(number));
      if (number < wakeSlot) arm(number);
    }

    clear(): void {
      if (!this.slot) return;
      take(this);
      if (waiting === 0) clearSlots();
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

import type { Cancel, Clock } from './clock.js';
import { MinHeap } from './min-heap.js';
import { numberFault } from './number-check.js';
import { runtimeError } from './runtime-error.js';

/** Runs callbacks at deadlines, many calls on one timer. */
export interface Ticker {
  /**
   * Calls `callback` once, in the slot that `deadlineMs` (by `clock.now()`) falls in: never early, and at most one slot
   * late on an idle machine.
   *
   * @throws HooklineError `RUNTIME_BAD_OPTION` for a deadline that is not a finite number, which would affect other deadlines
   */
  at(deadlineMs: number, callback: () => void): Cancel;
  /** Creates an unset alarm, for repeated deadlines: setting it allocates no object. */
  alarm(callback: () => void): Alarm;
}

/** A deadline that can be set as often as needed. */
export interface Alarm {
  /**
   * Calls the callback at `deadlineMs`, like `Ticker.at`. Replaces an earlier deadline.
   *
   * @throws HooklineError `RUNTIME_BAD_OPTION` for a deadline that is not a finite number; the earlier deadline stays
   */
  set(deadlineMs: number): void;
  /** Clears the deadline, if any. */
  clear(): void;
}

/** The entries of a slot: a linked list of the entries themselves, in the order in which they were set. */
interface Slot {
  readonly number: number;
  first: Entry | undefined;
  last: Entry | undefined;
}

interface Entry {
  readonly callback: () => void;
  /** The slot of the entry; undefined unless it is set. */
  slot: Slot | undefined;
  before: Entry | undefined;
  after: Entry | undefined;
}

/** Absorbs the rounding of `deadline / slot` and of timers that fire a little early, in slots. */
const ROUNDING = 1e-6;

/** The number of empty slots that the heap may contain besides as many slots in use. */
const MAX_STALE_SLOTS = 1024;

/**
 * Creates a ticker: one timer for any number of deadlines, which are grouped in slots. Deadlines are absolute, so that
 * a caller which computes the next from the last does not drift, and after a stall every missed deadline fires in
 * order.
 *
 * @param slotMs - the width of a slot; default 5 ms
 * @throws HooklineError `RUNTIME_BAD_OPTION` for a slot that is not a number above 0
 */
export function createTicker(clock: Clock, slotMs = 5): Ticker {
  const slotFault = numberFault('createTicker: slotMs', slotMs, { above: 0 });
  if (slotFault !== undefined) throw runtimeError('RUNTIME_BAD_OPTION', `${slotFault}.`);
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

  /** Cancels the timer if no deadline is left, because it would only keep the process alive. */
  const clearSlots = () => {
    cancelWake();
    wakeSlot = Number.POSITIVE_INFINITY;
    slots.clear();
    order.clear();
  };

  /** Takes all due entries before any runs: what a callback adds waits for the next wake, so that none can starve the rest. */
  const takeDue = (): Slot[] => {
    const dueSlot = Math.floor(clock.now() / slotMs + ROUNDING);
    const due: Slot[] = [];
    while (order.first !== undefined && order.first <= dueSlot) {
      // Missing if all its entries were cancelled.
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
      // An error in one callback must not prevent the others.
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

  /** Removes an entry from its slot, if it is in one. */
  const take = (entry: Entry) => {
    const { slot, before, after } = entry;
    if (!slot) return;
    if (before) before.after = after;
    else slot.first = after;
    if (after) after.before = before;
    else slot.last = before;
    entry.slot = entry.before = entry.after = undefined;
    waiting -= 1;
    // A due slot is no longer in the map; a later one with the same number may be.
    if (!slot.first && slots.get(slot.number) === slot) drop(slot);
  };

  /** Removes cancelled deadlines early, because most deadlines of a call are far and never reached. */
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
      if (fault !== undefined) throw runtimeError('RUNTIME_BAD_OPTION', `Ticker: ${fault}.`);
      const number = Math.ceil(deadlineMs / slotMs - ROUNDING);
      // An entry that is set again within its slot moves to its end.
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

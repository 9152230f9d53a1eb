import type { Cancel, Clock } from './clock.js';

/** Runs callbacks at deadlines, many calls on one timer. */
export interface Ticker {
  /** Calls `callback` once, in the slot that `deadlineMs` (by `clock.now()`) falls in: never early, and at most one slot late on an idle machine. */
  at(deadlineMs: number, callback: () => void): Cancel;
}

interface Entry {
  callback: (() => void) | undefined;
}

/**
 * One timer for any number of deadlines, gathered in slots. Deadlines are absolute, so a caller that computes
 * the next from the last does not drift, and after a stall every missed deadline fires in order.
 *
 * @param slotMs - the width of a slot; default 5 ms
 */
export function createTicker(clock: Clock, slotMs = 5): Ticker {
  const slots = new Map<number, Entry[]>();
  let wakeSlot = Number.POSITIVE_INFINITY;
  let cancelWake: Cancel = () => {};

  const arm = (slot: number) => {
    cancelWake();
    wakeSlot = slot;
    cancelWake = clock.after(slot * slotMs - clock.now(), wake);
  };

  const wake = () => {
    wakeSlot = Number.POSITIVE_INFINITY;
    // A timer may fire a fraction of a millisecond early; what is not due yet stays for the next wake.
    const dueSlot = Math.floor(clock.now() / slotMs + 1e-6);
    const due = [...slots.keys()].filter((slot) => slot <= dueSlot).sort((a, b) => a - b);
    try {
      for (const slot of due) {
        const entries = slots.get(slot) ?? [];
        slots.delete(slot);
        runAll(entries);
      }
    } finally {
      const next = Math.min(...slots.keys());
      if (next < wakeSlot) arm(next);
    }
  };

  const runAll = (entries: Entry[]) => {
    for (let index = 0; index < entries.length; index++) {
      const callback = entries[index]?.callback;
      try {
        callback?.();
      } catch (error) {
        // One call's mistake must not cost the others their slot.
        clock.after(0, () => {
          throw error;
        });
      }
    }
  };

  return {
    at(deadlineMs, callback) {
      const slot = Math.ceil(deadlineMs / slotMs - 1e-6);
      const entry: Entry = { callback };
      const entries = slots.get(slot);
      if (entries) entries.push(entry);
      else slots.set(slot, [entry]);
      if (slot < wakeSlot) arm(slot);
      return () => {
        entry.callback = undefined;
        const left = slots.get(slot);
        if (left?.every((other) => other.callback === undefined)) {
          slots.delete(slot);
          if (slots.size === 0) {
            cancelWake();
            wakeSlot = Number.POSITIVE_INFINITY;
          }
        }
      };
    },
  };
}

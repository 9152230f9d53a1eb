import type { Cancel, Clock } from './clock.js';

/** The longest delay of a timer of Node and of browsers, about 24 days: they fire one with a longer delay at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

function after(ms: number, callback: () => void): Cancel {
  let handle: ReturnType<typeof setTimeout>;
  const arm = (leftMs: number) => {
    handle =
      leftMs > MAX_TIMER_MS
        ? setTimeout(arm, MAX_TIMER_MS, leftMs - MAX_TIMER_MS)
        : // Node truncates fractions, which would fire early.
          setTimeout(callback, Math.max(0, Math.ceil(leftMs)));
  };
  arm(ms);
  return () => clearTimeout(handle);
}

/** The system clock. A pending timer keeps a Node process alive until it fires or is cancelled. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after,
};

import type { Clock } from '@hookline/runtime';
import type { Console } from './console.js';

/** What is over sooner needs no progress, in milliseconds. */
const FIRST_MS = 1000;

/** How often progress is drawn anew, in milliseconds. */
const EVERY_MS = 125;

/**
 * Shows how far something is at the bottom of a terminal, and nothing elsewhere. What is over within a second shows
 * nothing either.
 *
 * @param lines - called each time it is drawn
 * @param firstMs - when it is drawn first, in milliseconds from now; default 1000
 * @returns a function that takes the lines away and ends it
 */
export function showProgress(
  console: Console,
  clock: Clock,
  lines: () => readonly string[],
  firstMs: number = FIRST_MS,
): () => void {
  if (!console.isLive) return () => {};
  const draw = () => {
    console.live(lines());
    cancel = clock.after(EVERY_MS, draw);
  };
  let cancel = clock.after(firstMs, draw);
  return () => {
    cancel();
    console.live([]);
  };
}

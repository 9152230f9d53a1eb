import type { Clock } from '@hookline/runtime';
import type { Console } from './console.js';

/** Default delay of the first draw, in milliseconds. */
const DELAY_MS = 1000;

/** Interval of the redraws, in milliseconds. */
const REDRAW_MS = 125;

/**
 * Shows progress at the bottom of a terminal; without a terminal it shows nothing.
 *
 * @param lines - called for each draw
 * @param delayMs - delay of the first draw, in milliseconds; default 1000
 * @returns a function that removes the lines and stops the redraws
 */
export function showProgress(
  console: Console,
  clock: Clock,
  lines: () => readonly string[],
  delayMs: number = DELAY_MS,
): () => void {
  if (!console.isLive) return () => {};
  const draw = () => {
    console.live(lines());
    cancel = clock.after(REDRAW_MS, draw);
  };
  let cancel = clock.after(delayMs, draw);
  return () => {
    cancel();
    console.live([]);
  };
}

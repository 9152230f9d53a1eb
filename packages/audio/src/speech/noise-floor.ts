import { checkLevel } from '../number-argument.js';

/**
 * How many 20 ms frames are averaged before the minimum is taken: dips between words last longer than that. A plain
 * mean, because an exponential mean takes half a second to decay after a vowel and then mistakes it for the line.
 */
const SMOOTH_FRAMES = 5;
/** Ten frames share one cell of the window. */
const CELL_FRAMES = 10;
/** 15 cells of 200 ms: speech has a dip within 3 s. */
const CELLS = 15;
/** Maximum floor in the first second; otherwise speech at the start of a call would be missed. */
const UNPROVEN_MAX_DBFS = -35;
const PROVEN_FRAMES = 50;

/**
 * The level of the line between words, in dBFS: the lowest smoothed level of the last three seconds. It follows a line
 * that gets quieter at once, one that gets louder after the window.
 */
export class NoiseFloor {
  readonly #cells = new Float64Array(CELLS).fill(Number.POSITIVE_INFINITY);
  readonly #recentPowers = new Float64Array(SMOOTH_FRAMES);
  #frames = 0;

  /** Adds the level of the next frame and returns the current floor. */
  update(dbfs: number): number {
    // NaN would remain in the average for good.
    checkLevel('NoiseFloor: dbfs', dbfs);
    this.#recentPowers[this.#frames % SMOOTH_FRAMES] = 10 ** (dbfs / 10);
    this.#frames++;
    let sum = 0;
    for (const power of this.#recentPowers) sum += power;
    const smoothed = sum / Math.min(this.#frames, SMOOTH_FRAMES);
    const cell = Math.floor(this.#frames / CELL_FRAMES) % CELLS;
    if (this.#frames % CELL_FRAMES === 0) this.#cells[cell] = Number.POSITIVE_INFINITY;
    this.#cells[cell] = Math.min(this.#cells[cell] ?? smoothed, smoothed);
    const floor = 10 * Math.log10(Math.min(...this.#cells));
    return this.#frames < PROVEN_FRAMES ? Math.min(floor, UNPROVEN_MAX_DBFS) : floor;
  }
}

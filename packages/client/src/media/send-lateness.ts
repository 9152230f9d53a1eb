/** How late the frames of caller audio of a call were sent, in milliseconds. */
export interface SendLateness {
  /** The 99th percentile; rounded up by at most an eighth. */
  readonly p99: number;
  /** The maximum. */
  readonly max: number;
}

/** Counters per doubling of the time: percentiles are too high by at most an eighth. */
const STEPS = 8;
/** The number of doublings from 1 ms on: up to a minute. */
const DOUBLINGS = 16;

/** Counts how late frames are sent. Recording allocates no memory. */
export class LatenessCounts {
  readonly #counts = new Uint32Array(STEPS * DOUBLINGS + 1);
  #frames = 0;
  #maxMs = 0;

  /** @param lateMs - negative counts as 0 */
  record(lateMs: number): void {
    const step = lateMs < 1 ? 0 : 1 + Math.min(STEPS * DOUBLINGS - 1, Math.floor(Math.log2(lateMs) * STEPS));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#frames += 1;
    if (lateMs > this.#maxMs) this.#maxMs = lateMs;
  }

  /** The summary; undefined if no frame was sent. */
  get summary(): SendLateness | undefined {
    if (this.#frames === 0) return undefined;
    return { p99: Math.min(this.#maxMs, this.#percentile(0.99)), max: this.#maxMs };
  }

  /** The upper end of the step that contains that share of the frames. */
  #percentile(share: number): number {
    let left = Math.ceil(this.#frames * share);
    const step = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return 2 ** (step / STEPS);
  }
}

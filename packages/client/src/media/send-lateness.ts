/** How late the frames of caller audio of one call left, in milliseconds. */
export interface SendLateness {
  /** 99 of 100 frames left at most this late; rounded up by an eighth at most. */
  readonly p99: number;
  /** The frame that left latest. */
  readonly max: number;
}

/** Counters for each doubling of the time: what is read from them is too high by an eighth at most. */
const STEPS = 8;
/** Doublings that are counted apart, from 1 ms on: up to a minute. */
const DOUBLINGS = 16;

/** Counts how late frames leave. Recording makes no object, whatever the length of the call. */
export class LatenessCounts {
  readonly #counts = new Uint32Array(STEPS * DOUBLINGS + 1);
  #frames = 0;
  #worstMs = 0;

  /** @param lateMs - negative counts as 0 */
  record(lateMs: number): void {
    const step = lateMs < 1 ? 0 : 1 + Math.min(STEPS * DOUBLINGS - 1, Math.floor(Math.log2(lateMs) * STEPS));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#frames += 1;
    if (lateMs > this.#worstMs) this.#worstMs = lateMs;
  }

  /** What was counted; undefined when no frame left. */
  get summary(): SendLateness | undefined {
    if (this.#frames === 0) return undefined;
    return { p99: Math.min(this.#worstMs, this.#percentile(0.99)), max: this.#worstMs };
  }

  /** The upper end of the step that holds that share of the frames. */
  #percentile(share: number): number {
    let left = Math.ceil(this.#frames * share);
    const step = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return 2 ** (step / STEPS);
  }
}

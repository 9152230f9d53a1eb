/** Consecutive samples, and their position. */
interface Piece {
  readonly at: number;
  readonly samples: Int16Array;
}

/**
 * Buffers the samples of one side. Silence between samples takes no memory, regardless of its length.
 */
export class LaneBuffer {
  readonly #pieces: Piece[] = [];
  #start = 0;
  #end = 0;

  /** The end of the last samples. */
  get end(): number {
    return this.#end;
  }

  /** The position of the first buffered samples; infinite if there are none. */
  get silentUntil(): number {
    const first = this.#pieces[0];
    return first ? Math.max(first.at, this.#start) : Number.POSITIVE_INFINITY;
  }

  /** Puts samples at a position, or after samples that were taken or put before, if these end later. */
  put(at: number, samples: Int16Array): void {
    const from = Math.max(at, this.#start, this.#end);
    if (samples.length > 0) this.#pieces.push({ at: from, samples });
    this.#end = from + samples.length;
  }

  /** Takes the samples before a position and writes them to every second element of `stereo`, from `offset` on. */
  takeInto(stereo: Int16Array, offset: number, until: number): void {
    for (const { at, samples } of this.#pieces) {
      if (at >= until) break;
      const first = Math.max(at, this.#start);
      const last = Math.min(at + samples.length, until);
      for (let i = first; i < last; i++) stereo[offset + 2 * (i - this.#start)] = samples[i - at] ?? 0;
    }
    this.skipTo(until);
  }

  /** Discards the samples before a position. */
  skipTo(until: number): void {
    const kept = this.#pieces.findIndex(({ at, samples }) => at + samples.length > until);
    this.#pieces.splice(0, kept < 0 ? this.#pieces.length : kept);
    this.#start = until;
  }
}

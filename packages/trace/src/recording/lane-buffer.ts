/** Samples in one piece, and where they begin. */
interface Piece {
  readonly at: number;
  readonly samples: Int16Array;
}

/**
 * Samples of one side between what was taken and what was put last. Silence where nothing was put takes no memory,
 * however long it is.
 */
export class LaneBuffer {
  readonly #pieces: Piece[] = [];
  #start = 0;
  #end = 0;

  /** Where the samples that were put last end. */
  get end(): number {
    return this.#end;
  }

  /** Where the first samples begin that were put and not taken; infinite when there are none. */
  get silentUntil(): number {
    const first = this.#pieces[0];
    return first ? Math.max(first.at, this.#start) : Number.POSITIVE_INFINITY;
  }

  /** Puts samples at a position, or as soon after it as neither what was taken nor what was put is in the way. */
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

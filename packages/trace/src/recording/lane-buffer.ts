const FIRST_SAMPLES = 8000;

/** Samples of one side between what was taken and what was put last, silence where nothing was put. */
export class LaneBuffer {
  #samples = new Int16Array(FIRST_SAMPLES);
  #start = 0;
  #end = 0;

  /** Where the samples that were put last end. */
  get end(): number {
    return this.#end;
  }

  /** Puts samples at a position, or as soon after it as neither what was taken nor what was put is in the way. */
  put(at: number, samples: Int16Array): void {
    const from = Math.max(at, this.#start, this.#end);
    this.#reserve(from + samples.length - this.#start);
    this.#samples.set(samples, from - this.#start);
    this.#end = from + samples.length;
  }

  /** Takes the samples before a position and writes them to every second element of `stereo`, from `offset` on. */
  takeInto(stereo: Int16Array, offset: number, until: number): void {
    const count = until - this.#start;
    for (let i = 0; i < count; i++) stereo[offset + 2 * i] = this.#samples[i] ?? 0;
    this.#samples.copyWithin(0, Math.min(count, this.#samples.length));
    this.#samples.fill(0, Math.max(0, this.#samples.length - count));
    this.#start = until;
  }

  #reserve(count: number): void {
    if (count <= this.#samples.length) return;
    const grown = new Int16Array(Math.max(count, 2 * this.#samples.length));
    grown.set(this.#samples);
    this.#samples = grown;
  }
}

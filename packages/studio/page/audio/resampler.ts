/** Zero crossings of the filter on each side: more cut sharper, and delay more. */
const CROSSINGS = 16;
/** The part of the band that is kept; the filter falls in the rest. */
const KEPT = 0.92;
/** Values of the filter for each sample of its input. */
const FINENESS = 64;

/**
 * Changes the rate of audio piece by piece, for a browser that does not do it itself: a windowed sinc, which delays by about
 * 2 ms at 8 kHz.
 */
export class Resampler {
  /** Input samples for one output sample. */
  readonly #step: number;
  /** How far the filter reaches to each side, in input samples. */
  readonly #reach: number;
  readonly #filter: Float32Array;
  /** Input that is still needed. */
  #held: Float32Array;
  /** Where the next output sample lies in it. */
  #at: number;

  /** @param from - samples a second that come @param to - samples a second that are given */
  constructor(from: number, to: number) {
    this.#step = from / to;
    this.#reach = Math.ceil(CROSSINGS * Math.max(1, this.#step));
    this.#filter = filterOf(this.#reach, KEPT * Math.min(1, to / from));
    // Silence before the first sample, so that it too has a filter's width around it.
    this.#held = new Float32Array(this.#reach);
    this.#at = this.#reach;
  }

  /** The next piece, of any length. */
  push(samples: Float32Array): Float32Array {
    const input = new Float32Array(this.#held.length + samples.length);
    input.set(this.#held);
    input.set(samples, this.#held.length);
    const last = input.length - this.#reach - 1;
    const count = last < this.#at ? 0 : Math.floor((last - this.#at) / this.#step) + 1;
    const output = new Float32Array(count);
    for (let i = 0; i < count; i += 1) output[i] = this.#around(input, this.#at + i * this.#step);
    this.#at += count * this.#step;
    const unused = Math.max(0, Math.floor(this.#at) - this.#reach);
    this.#held = input.slice(unused);
    this.#at -= unused;
    return output;
  }

  #around(input: Float32Array, at: number): number {
    let sum = 0;
    const to = Math.floor(at + this.#reach);
    for (let i = Math.ceil(at - this.#reach); i <= to; i += 1) {
      const place = Math.abs(at - i) * FINENESS;
      const index = Math.floor(place);
      const lower = this.#filter[index] ?? 0;
      const upper = this.#filter[index + 1] ?? 0;
      sum += (input[i] ?? 0) * (lower + (upper - lower) * (place - index));
    }
    return sum;
  }
}

/** One side of the filter. @param cutoff - as a share of the band of the input */
function filterOf(reach: number, cutoff: number): Float32Array {
  const filter = new Float32Array(reach * FINENESS + 2);
  for (let i = 0; i <= reach * FINENESS; i += 1) {
    const x = i / FINENESS;
    const angle = Math.PI * cutoff * x;
    const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
    // Blackman's window.
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / reach) + 0.08 * Math.cos((2 * Math.PI * x) / reach);
    filter[i] = cutoff * sinc * window;
  }
  return filter;
}

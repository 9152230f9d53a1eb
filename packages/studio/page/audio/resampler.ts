/** Zero crossings of the filter on each side: more cut sharper, and delay more. */
const ZERO_CROSSINGS = 16;
/** The part of the band that is kept; the filter falls in the rest. */
const PASSBAND = 0.92;
/** Values of the filter for each sample of its input. */
const TABLE_STEPS = 64;

/**
 * Changes the rate of audio piece by piece, for a browser that does not do it itself: a windowed sinc, which delays by about
 * 2 ms at 8 kHz.
 */
export class Resampler {
  /** Input samples for one output sample. */
  readonly #step: number;
  /** How far the filter reaches to each side, in input samples. */
  readonly #halfWidth: number;
  readonly #filter: Float32Array;
  /** Input that is still needed. */
  #pending: Float32Array;
  /** Where the next output sample lies in it. */
  #position: number;

  /** @param inputRate - samples a second that come @param outputRate - samples a second that are given */
  constructor(inputRate: number, outputRate: number) {
    this.#step = inputRate / outputRate;
    this.#halfWidth = Math.ceil(ZERO_CROSSINGS * Math.max(1, this.#step));
    this.#filter = createFilter(this.#halfWidth, PASSBAND * Math.min(1, outputRate / inputRate));
    // Silence before the first sample, so that it too has a filter's width around it.
    this.#pending = new Float32Array(this.#halfWidth);
    this.#position = this.#halfWidth;
  }

  /** The next piece, of any length. */
  push(samples: Float32Array): Float32Array {
    const input = new Float32Array(this.#pending.length + samples.length);
    input.set(this.#pending);
    input.set(samples, this.#pending.length);
    const last = input.length - this.#halfWidth - 1;
    const count = last < this.#position ? 0 : Math.floor((last - this.#position) / this.#step) + 1;
    const output = new Float32Array(count);
    for (let i = 0; i < count; i += 1) output[i] = this.#interpolate(input, this.#position + i * this.#step);
    this.#position += count * this.#step;
    const unused = Math.max(0, Math.floor(this.#position) - this.#halfWidth);
    this.#pending = input.slice(unused);
    this.#position -= unused;
    return output;
  }

  #interpolate(input: Float32Array, at: number): number {
    let sum = 0;
    const to = Math.floor(at + this.#halfWidth);
    for (let i = Math.ceil(at - this.#halfWidth); i <= to; i += 1) {
      const place = Math.abs(at - i) * TABLE_STEPS;
      const index = Math.floor(place);
      const lower = this.#filter[index] ?? 0;
      const upper = this.#filter[index + 1] ?? 0;
      sum += (input[i] ?? 0) * (lower + (upper - lower) * (place - index));
    }
    return sum;
  }
}

/** One side of the filter. @param cutoff - as a share of the band of the input */
function createFilter(halfWidth: number, cutoff: number): Float32Array {
  const filter = new Float32Array(halfWidth * TABLE_STEPS + 2);
  for (let i = 0; i <= halfWidth * TABLE_STEPS; i += 1) {
    const x = i / TABLE_STEPS;
    const angle = Math.PI * cutoff * x;
    const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
    // Blackman's window.
    const window =
      0.42 + 0.5 * Math.cos((Math.PI * x) / halfWidth) + 0.08 * Math.cos((2 * Math.PI * x) / halfWidth);
    filter[i] = cutoff * sinc * window;
  }
  return filter;
}

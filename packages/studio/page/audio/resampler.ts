/** Zero crossings of the filter per side: more give a steeper cut and more delay. */
const ZERO_CROSSINGS = 16;
/** Passband as a share of the bandwidth; the filter rolls off in the rest. */
const PASSBAND = 0.92;
/** Entries of the filter table per input sample. */
const TABLE_STEPS = 64;

/**
 * Streaming resampler for browsers without 8 kHz audio: a windowed sinc with a delay of about 2 ms at 8 kHz.
 */
export class Resampler {
  /** Input samples per output sample. */
  readonly #step: number;
  /** Half the width of the filter, in input samples. */
  readonly #halfWidth: number;
  readonly #filter: Float32Array;
  /** Input that is still needed for later output. */
  #pending: Float32Array;
  /** Position of the next output sample in `#pending`. */
  #position: number;

  /** @param inputRate - in Hz @param outputRate - in Hz */
  constructor(inputRate: number, outputRate: number) {
    this.#step = inputRate / outputRate;
    this.#halfWidth = Math.ceil(ZERO_CROSSINGS * Math.max(1, this.#step));
    this.#filter = createFilter(this.#halfWidth, PASSBAND * Math.min(1, outputRate / inputRate));
    // Silence before the first sample, so that the filter fits around it.
    this.#pending = new Float32Array(this.#halfWidth);
    this.#position = this.#halfWidth;
  }

  /** Resamples the next block, of any length. */
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

/** Computes one side of the filter. @param cutoff - as a share of the input's bandwidth */
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

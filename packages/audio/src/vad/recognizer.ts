import { bytesOf } from './base64.js';
import { sigmoid } from './sigmoid.js';
import { Traits } from './traits.js';
import { WEIGHTS } from './weights.js';

/** How many numbers the recognizer remembers from frame to frame. */
const CELLS = WEIGHTS.cells;
/** An update gate, a reset gate and a candidate for each cell. */
const UNITS = 3 * CELLS;
/** Traits are taken in deviations from their mean, no further than this. */
const FURTHEST = 4;

/**
 * Tells speech from music, tones and noise: a gated recurrent network of one layer that reads the traits of each
 * frame. What it knows of a sound grows with every frame, so that a clear voice is recognized at once and what could
 * be a voice or a note a little later. Its weights are fitted by `bench/fit.py`.
 */
export class Recognizer {
  readonly #traits = new Traits();
  readonly #input = new Float64Array(WEIGHTS.means.length);
  readonly #gates = new Float64Array(UNITS);
  readonly #reset = new Float64Array(CELLS);
  readonly #state = new Float64Array(CELLS);
  readonly #learned = whatWasLearned();

  /** Takes the next 160 samples; the logarithm of the odds that there is speech: above 0 it is likelier than not. */
  update(pcm: Int16Array): number {
    this.#traits.update(pcm);
    this.#normalize(this.#traits.values);
    this.#remember();
    let odds = WEIGHTS.offset;
    for (let cell = 0; cell < CELLS; cell++)
      odds += (this.#learned.output[cell] ?? 0) * (this.#state[cell] ?? 0);
    return odds;
  }

  #normalize(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) {
      const deviations = ((values[i] ?? 0) - (WEIGHTS.means[i] ?? 0)) / (WEIGHTS.deviations[i] ?? 1);
      this.#input[i] = Math.max(-FURTHEST, Math.min(FURTHEST, deviations));
    }
  }

  #remember(): void {
    const state = this.#state;
    for (let unit = 0; unit < UNITS; unit++) {
      this.#gates[unit] = (this.#learned.bias[unit] ?? 0) + dot(this.#learned.fromInput, unit, this.#input);
    }
    for (let unit = 0; unit < 2 * CELLS; unit++) {
      this.#gates[unit] = sigmoid((this.#gates[unit] ?? 0) + dot(this.#learned.fromState, unit, state));
    }
    for (let cell = 0; cell < CELLS; cell++) {
      this.#reset[cell] = (this.#gates[CELLS + cell] ?? 0) * (state[cell] ?? 0);
    }
    for (let cell = 0; cell < CELLS; cell++) {
      const unit = 2 * CELLS + cell;
      const candidate = Math.tanh((this.#gates[unit] ?? 0) + dot(this.#learned.fromState, unit, this.#reset));
      const keep = this.#gates[cell] ?? 0;
      state[cell] = keep * (state[cell] ?? 0) + (1 - keep) * candidate;
    }
  }
}

interface Learned {
  readonly fromInput: Float64Array;
  readonly fromState: Float64Array;
  readonly bias: Float64Array;
  readonly output: Float64Array;
}

/** One for all calls, made for the first. */
let learned: Learned | undefined;

function whatWasLearned(): Learned {
  learned ??= readWeights();
  return learned;
}

function readWeights(): Learned {
  const bytes = bytesOf(WEIGHTS.bytes);
  let at = 0;
  const take = (count: number, scale: number) => {
    const from = at;
    at += count;
    return Float64Array.from(new Int8Array(bytes.buffer, from, count), (weight) => weight * scale);
  };
  return {
    fromInput: take(UNITS * WEIGHTS.means.length, WEIGHTS.scales.fromInput),
    fromState: take(UNITS * CELLS, WEIGHTS.scales.fromState),
    bias: take(UNITS, WEIGHTS.scales.bias),
    output: take(CELLS, WEIGHTS.scales.output),
  };
}

/** A row of a matrix times a vector as long as the row. */
function dot(matrix: Float64Array, row: number, vector: Float64Array): number {
  const from = row * vector.length;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (matrix[from + i] ?? 0) * (vector[i] ?? 0);
  return sum;
}

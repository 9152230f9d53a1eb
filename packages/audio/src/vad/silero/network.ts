import { loadOnce } from '../../load-once.js';
import { sigmoid } from '../sigmoid.js';
import { Spectrum } from '../spectrum.js';
import type { Layers } from './layers.js';

/** Samples that a verdict is about: 32 ms at 8 kHz. */
export const CHUNK = 256;
/** Samples before them that are read with them. */
export const CONTEXT = 32;

/** A spectrum of 16 ms each 8 ms; the last reads past the chunk, where its end is mirrored. */
const SPECTRA = 4;
const WINDOW = 128;
const HOP = 64;
const BINS = WINDOW / 2 + 1;
/** What the convolutions make of a spectrum. */
const FIRST = 128;
const SECOND = 64;
const THIRD = 64;
/** Cells of the memory, which reads as many numbers. */
const CELLS = 128;

const RECTIFIED = 0;
const UNLIMITED = Number.NEGATIVE_INFINITY;

/** What the network remembers of one stream. */
export class Memory {
  readonly cells = new Float32Array(CELLS);
  readonly output = new Float32Array(CELLS);
}

/**
 * The network of Silero VAD for 8 kHz: spectra, four convolutions over them, a long short-term memory. What it calculates
 * with is shared by all streams; what it remembers is each stream's own.
 */
export class Network {
  readonly #layers: Layers;
  readonly #samples = new Float64Array((SPECTRA - 1) * HOP + WINDOW);
  readonly #spectrum = new Spectrum(WINDOW);
  // A frame of zeroes stands before the first and after the last; the layer reads rows of a multiple of 4.
  readonly #spectra: number;
  readonly #first: number;
  readonly #second: number;
  readonly #third: number;
  readonly #input: number;
  readonly #gates: number;
  readonly #shown: number;
  readonly #verdict: number;
  readonly #view: {
    readonly spectra: Float32Array;
    readonly remembered: Float32Array;
    readonly gates: Float32Array;
    readonly shown: Float32Array;
    readonly verdict: Float32Array;
  };

  constructor(layers: Layers) {
    this.#layers = layers;
    this.#spectra = layers.reserve((SPECTRA + 2) * BINS + 1);
    this.#first = layers.reserve((SPECTRA + 2) * FIRST);
    this.#second = layers.reserve(2 * SECOND);
    this.#third = layers.reserve(THIRD);
    this.#input = layers.reserve(2 * CELLS);
    this.#gates = layers.reserve(4 * CELLS);
    this.#shown = layers.reserve(CELLS);
    this.#verdict = layers.reserve(1);
    this.#view = {
      spectra: layers.view(this.#spectra + BINS, SPECTRA * BINS),
      remembered: layers.view(this.#input + CELLS, CELLS),
      gates: layers.view(this.#gates, 4 * CELLS),
      shown: layers.view(this.#shown, CELLS),
      verdict: layers.view(this.#verdict, 1),
    };
  }

  /** The log odds that there is speech in a chunk, given as its context and itself with 1 for full scale. */
  judge(samples: Float64Array, memory: Memory): number {
    this.#transform(samples);
    this.#convolve();
    this.#remember(memory);
    this.#layers.apply(5, this.#shown, this.#verdict, UNLIMITED);
    return this.#view.verdict[0] ?? 0;
  }

  #transform(chunk: Float64Array): void {
    const samples = this.#samples;
    samples.set(chunk);
    const last = chunk.length - 1;
    for (let n = 1; last + n < samples.length; n++) samples[last + n] = samples[last - n] ?? 0;
    for (let n = 0; n < SPECTRA; n++) {
      this.#spectrum.transform(samples, n * HOP);
      for (let bin = 0; bin < BINS; bin++) {
        this.#view.spectra[n * BINS + bin] = Math.sqrt(this.#spectrum.power[bin] ?? 0);
      }
    }
  }

  /** The channels of a frame lie side by side, so that the frames under a kernel are one row. */
  #convolve(): void {
    const layers = this.#layers;
    for (let n = 0; n < SPECTRA; n++) {
      const to = this.#first + (n + 1) * FIRST;
      layers.apply(0, this.#spectra + n * BINS, to, RECTIFIED);
    }
    for (let n = 0; n < 2; n++) {
      const to = this.#second + n * SECOND;
      layers.apply(1, this.#first + 2 * n * FIRST, to, RECTIFIED);
    }
    layers.apply(2, this.#second, this.#third, RECTIFIED);
    layers.apply(3, this.#third, this.#input, RECTIFIED);
  }

  /** The gates stand in the order input, forget, candidate, output. */
  #remember({ cells, output }: Memory): void {
    const { remembered, gates, shown } = this.#view;
    remembered.set(output);
    this.#layers.apply(4, this.#input, this.#gates, UNLIMITED);
    for (let n = 0; n < CELLS; n++) {
      const take = sigmoid(gates[n] ?? 0);
      const keep = sigmoid(gates[CELLS + n] ?? 0);
      const candidate = Math.tanh(gates[2 * CELLS + n] ?? 0);
      const show = sigmoid(gates[3 * CELLS + n] ?? 0);
      const cell = keep * (cells[n] ?? 0) + take * candidate;
      cells[n] = cell;
      output[n] = show * Math.tanh(cell);
      shown[n] = Math.max(0, output[n] ?? 0);
    }
  }
}

/** Loads the network, once for all streams. */
export const loadNetwork = loadOnce(
  load,
  'The speech recognizer could not be loaded: its WebAssembly failed to start. ' +
    'It needs WebAssembly with SIMD (Node 20, browsers since 2023).',
);

async function load(): Promise<Network> {
  // Imported here so that the weights are not read before somebody listens.
  const { loadLayers } = await import('./layers.js');
  return new Network(await loadLayers());
}

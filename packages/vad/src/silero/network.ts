import { loadOnce } from '@hookline/runtime';
import { vadError } from '../error.js';
import type { Layers } from './layers.js';

/** Samples of one score: 32 ms at 8 kHz. */
export const CHUNK = 256;
/** Samples before the chunk that the network reads with it. */
export const CONTEXT = 32;

/** Number of spectra: 16 ms each, every 8 ms. The last reads past the chunk, whose end is mirrored. */
const SPECTRA = 4;
const WINDOW = 128;
const HOP = 64;
const PAIRS = WINDOW / 2;
const BINS = PAIRS + 1;
/** Channels of the convolutions' output. */
const FIRST = 128;
const SECOND = 64;
const THIRD = 64;
/** Cells of the recurrent layer. */
const CELLS = 128;

const BYTES = { integer: 2, float: 4, pair: 32 } as const;

const RECTIFIED = 0;
const UNLIMITED = Number.NEGATIVE_INFINITY;

/** The recurrent state of one stream. */
export class Memory {
  readonly cells = new Float32Array(CELLS);
  readonly output = new Float32Array(CELLS);
}

/**
 * The network of Silero VAD for 8 kHz: spectra, four convolutions over them, a long short-term memory. Weights and buffers
 * are shared by all streams; each stream has its own `Memory`.
 */
export class Network {
  readonly #layers: Layers;
  readonly #buffers: ReturnType<typeof buffersIn>;
  readonly #tables: ReturnType<typeof tablesIn>;

  constructor(layers: Layers) {
    this.#layers = layers;
    this.#buffers = buffersIn(layers);
    this.#tables = tablesIn(layers);
  }

  /** Returns the log odds of speech in a chunk. @param samples - the context and the chunk, 1 is full scale */
  score(samples: Float32Array, memory: Memory): number {
    this.#transform(samples);
    this.#convolve();
    return this.#remember(memory);
  }

  #transform(chunk: Float32Array): void {
    const { samples, work, spectra } = this.#buffers;
    const { window, order, cos, sin } = this.#tables;
    const { view } = samples;
    view.set(chunk);
    const last = chunk.length - 1;
    for (let n = 1; last + n < view.length; n++) view[last + n] = view[last - n] ?? 0;
    // A frame of zeros precedes the first spectrum and follows the last.
    const first = spectra.at + BINS * BYTES.float;
    this.#layers.kernel.spectra(samples.at, window, order, cos, sin, work, first);
  }

  /** The channels of a frame are contiguous, so that the frames under a kernel form one row. */
  #convolve(): void {
    const { spectra, first, second, third, input, integers } = this.#buffers;
    const layers = this.#layers;
    const { kernel } = layers;
    let scale = kernel.quantize(spectra.at, integers, roundUpToEight((SPECTRA + 2) * BINS));
    for (let n = 0; n < SPECTRA; n++) {
      const from = integers + n * BINS * BYTES.integer;
      layers.apply(0, from, scale, first.at + (n + 1) * FIRST * BYTES.float, RECTIFIED);
    }
    scale = kernel.quantize(first.at, integers, (SPECTRA + 2) * FIRST);
    for (let n = 0; n < 2; n++) {
      const from = integers + 2 * n * FIRST * BYTES.integer;
      layers.apply(1, from, scale, second.at + n * SECOND * BYTES.float, RECTIFIED);
    }
    scale = kernel.quantize(second.at, integers, 2 * SECOND);
    layers.apply(2, integers, scale, third.at, RECTIFIED);
    scale = kernel.quantize(third.at, integers, THIRD);
    layers.apply(3, integers, scale, input.at, RECTIFIED);
  }

  #remember(memory: Memory): number {
    const { input, gates, cells, output, shown, score, integers } = this.#buffers;
    const layers = this.#layers;
    const { kernel } = layers;
    input.view.set(memory.output, CELLS);
    cells.view.set(memory.cells);
    layers.apply(4, integers, kernel.quantize(input.at, integers, 2 * CELLS), gates.at, UNLIMITED);
    kernel.remember(gates.at, cells.at, output.at, shown.at);
    memory.cells.set(cells.view);
    memory.output.set(output.view);
    layers.apply(5, integers, kernel.quantize(shown.at, integers, CELLS), score.at, UNLIMITED);
    return score.view[0] ?? 0;
  }
}

function buffersIn(layers: Layers) {
  return {
    samples: layers.floats((SPECTRA - 1) * HOP + WINDOW),
    work: layers.floats((PAIRS * BYTES.pair) / BYTES.float).at,
    spectra: layers.floats(roundUpToEight((SPECTRA + 2) * BINS)),
    first: layers.floats((SPECTRA + 2) * FIRST),
    second: layers.floats(2 * SECOND),
    third: layers.floats(THIRD),
    input: layers.floats(2 * CELLS),
    gates: layers.floats(4 * CELLS),
    cells: layers.floats(CELLS),
    output: layers.floats(CELLS),
    shown: layers.floats(CELLS),
    // One row, but the kernel writes four.
    score: layers.floats(4),
    integers: layers.integers((SPECTRA + 2) * FIRST),
  };
}

/** Creates the tables of the kernel's Fourier transform. */
function tablesIn(layers: Layers) {
  const [window, cos, sin] = [layers.floats(WINDOW), layers.floats(BINS), layers.floats(BINS)];
  for (let n = 0; n < WINDOW; n++) window.view[n] = Math.sin((Math.PI * (n + 0.5)) / WINDOW) ** 2;
  for (let n = 0; n < BINS; n++) {
    cos.view[n] = Math.cos((2 * Math.PI * n) / WINDOW);
    sin.view[n] = -Math.sin((2 * Math.PI * n) / WINDOW);
  }
  const order = layers.floats((PAIRS * BYTES.integer) / BYTES.float);
  const places = new Uint16Array(order.view.buffer, order.at, PAIRS);
  for (let n = 0; n < PAIRS; n++) places[n] = reversed(n) * BYTES.pair;
  return { window: window.at, cos: cos.at, sin: sin.at, order: order.at };
}

/** Reverses the six bits of a number below 64. */
function reversed(n: number): number {
  let out = 0;
  for (let bit = 1; bit < PAIRS; bit *= 2) out = 2 * out + (n & bit ? 1 : 0);
  return out;
}

function roundUpToEight(count: number): number {
  return Math.ceil(count / 8) * 8;
}

/** Loads the network, once for all streams. */
export const loadNetwork = loadOnce(load, (cause) =>
  vadError(
    'VAD_WASM',
    'Silero VAD could not be loaded: its WebAssembly failed to start. It needs WebAssembly with SIMD ' +
      "(Node 20, browsers since 2023); without it, use `createVad({ model: 'energy' })`.",
    cause,
  ),
);

async function load(): Promise<Network> {
  // Imported lazily, so that the weights are decoded only when a detector is created.
  const { loadLayers } = await import('./layers.js');
  return new Network(await loadLayers());
}

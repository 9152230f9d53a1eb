import { decodeBase64, startWasm } from '@hookline/runtime';
import { KERNEL } from './kernel.js';
import { BYTES, LAYERS } from './weights.js';

/** The functions of `kernel.wat`. Addresses are byte offsets, counts are of numbers. */
export interface Kernel {
  spectra(
    samples: number,
    window: number,
    order: number,
    cos: number,
    sin: number,
    work: number,
    y: number,
  ): void;
  quantize(x: number, y: number, count: number): number;
  dense(
    weights: number,
    scales: number,
    bias: number,
    x: number,
    xScale: number,
    y: number,
    rows: number,
    columns: number,
    least: number,
  ): void;
  remember(gates: number, cells: number, output: number, shown: number): void;
}

/** Addresses of a layer: its rows of weights, the scale of each row, the bias of each row. */
interface Layer {
  readonly rows: number;
  readonly columns: number;
  readonly weights: number;
  readonly scales: number;
  readonly bias: number;
}

const FLOAT_BYTES = 4;
/** Rows and columns are padded with zeroes to a multiple of what the kernel processes at a time. */
const ROW_STEP = 4;
const COLUMN_STEP = 16;

/** Allocates the memory of the kernel from start to end. Nothing is freed. */
class Allocator {
  #used = 0;

  /** Returns the address of `bytes` bytes, all 0. */
  take(bytes: number): number {
    const from = this.#used;
    this.#used += roundUp(bytes, COLUMN_STEP);
    return from;
  }
}

/** The layers of the network in the kernel's memory, and buffers for the values between them. */
export class Layers {
  readonly kernel: Kernel;
  readonly #memory: ArrayBuffer;
  readonly #allocator = new Allocator();
  readonly #layers: readonly Layer[];

  constructor(kernel: Kernel, memory: ArrayBuffer) {
    this.kernel = kernel;
    this.#memory = memory;
    const packed = new DataView(decodeBase64(BYTES).buffer);
    let from = 0;
    this.#layers = LAYERS.map(({ rows, columns }) => {
      const layer = this.#place(rows, columns);
      this.#unpack(packed, from, rows, columns, layer);
      from += rows * (2 * FLOAT_BYTES + columns);
      return layer;
    });
  }

  /**
   * Writes the output of a layer for the 16-bit numbers at `x` to `y`, clamped to at least `least`.
   *
   * @param xScale - scale of the numbers at `x`
   */
  apply(index: number, x: number, xScale: number, y: number, least: number): void {
    const { weights, scales, bias, rows, columns } = this.#layers[index] as Layer;
    this.kernel.dense(weights, scales, bias, x, xScale, y, rows, columns, least);
  }

  /** Allocates `count` 16-bit numbers, all 0, and padding for those that a layer reads past their end. */
  integers(count: number): number {
    return this.#allocator.take(2 * (count + COLUMN_STEP));
  }

  /** Allocates `count` floats, all 0. Returns the address and a view. */
  floats(count: number): { readonly at: number; readonly view: Float32Array } {
    const at = this.#allocator.take(FLOAT_BYTES * count);
    return { at, view: new Float32Array(this.#memory, at, count) };
  }

  #place(rows: number, columns: number): Layer {
    const allRows = roundUp(rows, ROW_STEP);
    const allColumns = roundUp(columns, COLUMN_STEP);
    return {
      rows: allRows,
      columns: allColumns,
      weights: this.#allocator.take(allRows * allColumns),
      scales: this.#allocator.take(FLOAT_BYTES * allRows),
      bias: this.#allocator.take(FLOAT_BYTES * allRows),
    };
  }

  #unpack(packed: DataView, from: number, rows: number, columns: number, layer: Layer): void {
    const weights = new Int8Array(this.#memory, layer.weights);
    const scales = new Float32Array(this.#memory, layer.scales, rows);
    const bias = new Float32Array(this.#memory, layer.bias, rows);
    const steps = from + 2 * rows * FLOAT_BYTES;
    for (let row = 0; row < rows; row++) {
      scales[row] = packed.getFloat32(from + row * FLOAT_BYTES, true);
      bias[row] = packed.getFloat32(from + (rows + row) * FLOAT_BYTES, true);
      const signed = new Int8Array(packed.buffer, steps + row * columns, columns);
      weights.set(signed, row * layer.columns);
    }
  }
}

/** Starts the kernel and unpacks the weights. */
export async function loadLayers(): Promise<Layers> {
  const { memory, exports } = await startWasm(KERNEL, { memory: 'memory' });
  return new Layers(exports as unknown as Kernel, memory.buffer);
}

function roundUp(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}

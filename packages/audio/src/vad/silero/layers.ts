import { bytesOf } from '../base64.js';
import { DENSE } from './dense.js';
import { BYTES, LAYERS } from './weights.js';

/** `dense.wat`, which counts in bytes: all but `rows` and `least`. */
type Dense = (
  weights: number,
  bias: number,
  x: number,
  y: number,
  rows: number,
  rowBytes: number,
  least: number,
) => void;

/** Where a layer lies, in bytes: its rows of weights one after another, then a bias for each. */
interface Layer {
  readonly rows: number;
  readonly rowBytes: number;
  readonly weights: number;
  readonly bias: number;
}

const FLOAT_BYTES = 4;
const PAGE_BYTES = 65536;
/** Floats that may be reserved for what lies between the layers. */
const ROOM = 4096;

/** The layers in WebAssembly memory, and room there for what lies between them. Addresses count floats. */
export class Layers {
  readonly #dense: Dense;
  readonly #memory: ArrayBuffer;
  readonly #layers: readonly Layer[];
  #reserved: number;

  constructor(dense: Dense, memory: ArrayBuffer, layers: readonly Layer[], reserved: number) {
    this.#dense = dense;
    this.#memory = memory;
    this.#layers = layers;
    this.#reserved = reserved;
  }

  /** Writes to `y` what a layer makes of `x`, and nothing that is less than `least`. */
  apply(layer: number, x: number, y: number, least: number): void {
    const { weights, bias, rows, rowBytes } = this.#layers[layer] as Layer;
    this.#dense(weights, bias, x * FLOAT_BYTES, y * FLOAT_BYTES, rows, rowBytes, least);
  }

  /** The address of so many floats, all 0. */
  reserve(floats: number): number {
    const from = this.#reserved;
    this.#reserved += ceilToFour(floats);
    return from;
  }

  /** Floats from an address on. */
  view(from: number, floats: number): Float32Array {
    return new Float32Array(this.#memory, from * FLOAT_BYTES, floats);
  }
}

/** Starts the WebAssembly module and unpacks the weights. */
export async function loadLayers(): Promise<Layers> {
  const floats = LAYERS.reduce(
    (sum, { rows, columns }) => sum + ceilToFour(rows) * (ceilToFour(columns) + 1),
    ROOM,
  );
  const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * FLOAT_BYTES) / PAGE_BYTES) });
  const { instance } = await WebAssembly.instantiate(bytesOf(DENSE), { network: { memory } });
  const layers = unpack(memory.buffer);
  return new Layers(instance.exports.dense as Dense, memory.buffer, layers, floats - ROOM);
}

/** Rows and columns are filled up with zeroes to a multiple of 4. */
function unpack(memory: ArrayBuffer): Layer[] {
  const floats = new Float32Array(memory);
  const packed = new DataView(bytesOf(BYTES).buffer);
  let from = 0;
  let weights = 0;
  return LAYERS.map(({ rows, columns }) => {
    const stride = ceilToFour(columns);
    const bias = weights + ceilToFour(rows) * stride;
    const steps = from + 2 * rows * FLOAT_BYTES;
    for (let row = 0; row < rows; row++) {
      const scale = packed.getFloat32(from + row * FLOAT_BYTES, true);
      floats[bias + row] = packed.getFloat32(from + (rows + row) * FLOAT_BYTES, true);
      for (let n = 0; n < columns; n++) {
        floats[weights + row * stride + n] = scale * packed.getInt8(steps + row * columns + n);
      }
    }
    const layer = {
      rows,
      rowBytes: stride * FLOAT_BYTES,
      weights: weights * FLOAT_BYTES,
      bias: bias * FLOAT_BYTES,
    };
    from = steps + rows * columns;
    weights = bias + ceilToFour(rows);
    return layer;
  });
}

function ceilToFour(count: number): number {
  return Math.ceil(count / 4) * 4;
}

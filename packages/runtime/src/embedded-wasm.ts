import { checkArgument } from './argument-check.js';
import { decodeBase64 } from './base64.js';

/** The memory of a WebAssembly module. It may grow while the module runs: get a fresh view for each use. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** The whole memory as 16-bit samples. */
  readonly int16: Int16Array;
}

class GrowingMemory implements WasmMemory {
  readonly #memory: WebAssembly.Memory;
  #int16: Int16Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#int16 = new Int16Array(memory.buffer);
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  get int16(): Int16Array {
    // A memory that has grown has another buffer, and an old view of it no length.
    if (this.#int16.length === 0) this.#int16 = new Int16Array(this.#memory.buffer);
    return this.#int16;
  }
}

/** A WebAssembly module that has been started. */
export interface WasmModule {
  readonly memory: WasmMemory;
  /** What it exports, by name. */
  readonly exports: Readonly<Record<string, unknown>>;
}

const PAGE_BYTES = 65536;

/** Under which names a module exports its memory and, from its module `a`, imports functions. */
export interface WasmNames {
  readonly memory: string;
  /** Grows the memory to at least this many bytes in total; returns 1 on success, otherwise 0. */
  readonly grow?: string;
  /** Copies within the memory: to, from, bytes. */
  readonly copy?: string;
  /** Called when the module detects an impossible state. */
  readonly fail?: string;
}

/**
 * Starts a WebAssembly module whose bytes are part of the program, so that no bundler can lose them and no loader of its
 * own runs. Of imports it is given those that a module without files and clocks asks for.
 *
 * @param base64 - the bytes of the module
 */
export async function startWasm(base64: string, names: WasmNames): Promise<WasmModule> {
  checkArgument('RUNTIME_BAD_OPTION', 'startWasm: base64', base64, 'text');
  checkArgument('RUNTIME_BAD_OPTION', 'startWasm: names', names, 'object');
  let memory: WebAssembly.Memory | undefined;
  const functions: Record<string, (...numbers: number[]) => number> = {};
  if (names.grow) functions[names.grow] = (bytes = 0) => (memory && grow(memory, bytes) ? 1 : 0);
  if (names.copy) {
    functions[names.copy] = (to = 0, from = 0, bytes = 0) => {
      if (memory) new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes);
      return 0;
    };
  }
  if (names.fail) {
    functions[names.fail] = () => {
      throw new Error('An assertion of a WebAssembly module failed.');
    };
  }
  // A copy: the types of browsers refuse bytes that, by their type, may be in shared memory.
  const code = new Uint8Array(decodeBase64(base64));
  const { instance } = await WebAssembly.instantiate(code, { a: functions });
  memory = instance.exports[names.memory] as WebAssembly.Memory;
  return { memory: new GrowingMemory(memory), exports: instance.exports };
}

function grow(memory: WebAssembly.Memory, bytes: number): boolean {
  const least = bytes >>> 0;
  // A fifth more than needed, so that gradual growth does not copy every time.
  const wanted = Math.max(least, memory.buffer.byteLength * 1.2);
  try {
    memory.grow(Math.ceil((wanted - memory.buffer.byteLength) / PAGE_BYTES));
    return true;
  } catch {
    return false;
  }
}

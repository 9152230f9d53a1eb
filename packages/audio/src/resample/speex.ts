import { loadOnce, startWasm, type WasmMemory } from '@hookline/runtime';
import { audioError } from '../error.js';

/** The functions of the Speex resampler that are used here. Addresses are byte offsets into the memory. */
export interface SpeexFunctions {
  init(channels: number, fromRate: number, toRate: number, quality: number, errorAddress: number): number;
  process(
    state: number,
    channel: number,
    inputAddress: number,
    inputLengthAddress: number,
    outputAddress: number,
    outputLengthAddress: number,
  ): number;
  skipZeros(state: number): number;
  inputLatency(state: number): number;
  destroy(state: number): void;
}

/** The module and the memory that all resamplers share. Each uses it only during a synchronous call. */
export interface Speex {
  readonly functions: SpeexFunctions;
  readonly memory: WasmMemory;
  /** Byte offset of the buffer for `SCRATCH_SAMPLES` of input. */
  readonly input: number;
  /** Byte offset of the buffer for `SCRATCH_SAMPLES` of output. */
  readonly output: number;
  /** Byte offset of two 32-bit lengths: in, out. */
  readonly lengths: number;
}

/** Samples that are processed per WebAssembly call: 0.5 s at 8 kHz. */
export const SCRATCH_SAMPLES = 4096;

/** Starts the WebAssembly module, once for all resamplers. */
export const loadSpeex = loadOnce(load, (cause) =>
  audioError(
    'AUDIO_WASM',
    'The resampler could not be loaded: its WebAssembly failed to start. It needs WebAssembly with SIMD ' +
      '(Node 20, browsers since 2023).',
    cause,
  ),
);

async function load(): Promise<Speex> {
  // Imported lazily, so that the module is decoded only when a resampler is created.
  const { BYTES, NAMES } = await import('./speex-wasm.js');
  const { exports, memory } = await startWasm(BYTES, {
    memory: NAMES.memory,
    grow: NAMES.emscripten_resize_heap,
    copy: NAMES._emscripten_memcpy_js,
  });
  const functions = {
    init: exports[NAMES.speex_resampler_init],
    process: exports[NAMES.speex_resampler_process_int],
    skipZeros: exports[NAMES.speex_resampler_skip_zeros],
    inputLatency: exports[NAMES.speex_resampler_get_input_latency],
    destroy: exports[NAMES.speex_resampler_destroy],
  } as SpeexFunctions;
  const malloc = exports[NAMES.malloc] as (bytes: number) => number;
  const input = malloc(SCRATCH_SAMPLES * 2);
  const output = malloc(SCRATCH_SAMPLES * 2);
  const lengths = malloc(8);
  return { functions, memory, input, output, lengths };
}

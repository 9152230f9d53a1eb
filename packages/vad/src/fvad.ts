import { TELEPHONE_RATE } from '@hookline/audio';
import { loadOnce, startWasm, type WasmMemory } from '@hookline/runtime';
import { vadError } from './error.js';

/** Mode of WebRTC's detector: from 0, most sensitive, to 3, least sensitive. */
export type WebRtcVadMode = 0 | 1 | 2 | 3;

/** One detector within the WebAssembly memory. */
export interface Fvad {
  /** Classifies 20 ms at 8 kHz. */
  isSpeech(pcm: Int16Array): boolean;
  /** Frees the memory. Call it once. */
  free(): void;
}

/** The functions of libfvad that are used here. Addresses are byte offsets into the memory. */
export interface FvadFunctions {
  make(): number;
  free(state: number): void;
  setMode(state: number, mode: number): number;
  setRate(state: number, rate: number): number;
  /** Returns 1 for speech, 0 for no speech, −1 for a frame of an unsupported length. */
  process(state: number, address: number, samples: number): number;
}

/** The module and the scratch memory that all detectors share. */
export interface FvadModule {
  readonly functions: FvadFunctions;
  readonly memory: WasmMemory;
  /** Byte offset of the current frame. */
  readonly frame: number;
}

const FRAME_SAMPLES = 160;

/** Starts the WebAssembly module, once for all detectors. */
export const loadFvad = loadOnce(load, (cause) =>
  vadError(
    'VAD_WASM',
    "WebRTC's detector could not be loaded: its WebAssembly failed to start. " +
      "Without WebAssembly, use `createVad({ model: 'energy' })`.",
    cause,
  ),
);

/** Creates a detector. */
export async function createFvad(mode: WebRtcVadMode): Promise<Fvad> {
  const { functions, memory, frame } = await loadFvad();
  const state = functions.make();
  if (state === 0) {
    throw vadError(
      'VAD_WASM',
      "WebRTC's detector could not be created: out of memory. Close detectors that are not in use.",
    );
  }
  functions.setRate(state, TELEPHONE_RATE);
  functions.setMode(state, mode);
  return {
    isSpeech(pcm) {
      memory.int16.set(pcm, frame / 2);
      return functions.process(state, frame, FRAME_SAMPLES) === 1;
    },
    free: () => functions.free(state),
  };
}

async function load(): Promise<FvadModule> {
  // Imported lazily, so that the module is decoded only when a detector is created.
  const { BYTES, NAMES } = await import('./fvad-wasm.js');
  const { exports, memory } = await startWasm(BYTES, {
    memory: NAMES.memory,
    grow: NAMES.emscripten_resize_heap,
    fail: NAMES.__assert_fail,
  });
  const functions = {
    make: exports[NAMES.fvad_new],
    free: exports[NAMES.fvad_free],
    setMode: exports[NAMES.fvad_set_mode],
    setRate: exports[NAMES.fvad_set_sample_rate],
    process: exports[NAMES.fvad_process],
  } as FvadFunctions;
  const malloc = exports[NAMES.malloc] as (bytes: number) => number;
  return { functions, memory, frame: malloc(FRAME_SAMPLES * 2) };
}

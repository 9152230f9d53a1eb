import type { FvadModule } from '@echogarden/fvad-wasm';
import { audioError } from '../error.js';
import { loadOnce } from '../load-once.js';
import { SPEECH_FRAME_SAMPLES, SPEECH_RATE } from '../speech/utterance.js';

/** How eagerly WebRTC's detector takes sound for speech: 0 most, 3 least. */
export type WebRtcVadMode = 0 | 1 | 2 | 3;

/** One detector within the WebAssembly memory. */
export interface Fvad {
  /** Judges 20 ms at 8 kHz. */
  isSpeech(pcm: Int16Array): boolean;
  /** Gives the memory back. To be called once. */
  free(): void;
}

/** The module and the memory that every detector lends for the time of one call. */
export interface Shared {
  readonly module: FvadModule;
  /** Byte offset of the frame that is being judged. */
  readonly frame: number;
}

/** Loads the WebAssembly module, once for all detectors. */
export const loadFvad = loadOnce(
  load,
  'The voice activity detector could not be loaded: @echogarden/fvad-wasm failed to start. ' +
    'Check that its .wasm file is installed beside its .js file and that the bundler has not moved it.',
);

/** Makes a detector. */
export async function createFvad(mode: WebRtcVadMode): Promise<Fvad> {
  const { module, frame } = await loadFvad();
  const state = module._fvad_new();
  if (state === 0) {
    throw audioError(
      'AUDIO_WASM',
      'The voice activity detector could not be made: out of memory. Close others.',
    );
  }
  module._fvad_set_sample_rate(state, SPEECH_RATE);
  module._fvad_set_mode(state, mode);
  return {
    isSpeech(pcm) {
      module.HEAP16.set(pcm, frame / 2);
      return module._fvad_process(state, frame, SPEECH_FRAME_SAMPLES) === 1;
    },
    free: () => module._fvad_free(state),
  };
}

async function load(): Promise<Shared> {
  // Imported here so that nothing is loaded before somebody listens.
  const { default: start } = await import('@echogarden/fvad-wasm');
  const module = await start();
  return { module, frame: module._malloc(SPEECH_FRAME_SAMPLES * 2) };
}

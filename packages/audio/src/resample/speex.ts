import type { SpeexModule } from '@echogarden/speex-resampler-wasm/simd';
import { loadOnce } from '../load-once.js';

/** The module and the memory that every resampler lends for the time of one call: nothing here is asynchronous. */
export interface Speex {
  readonly module: SpeexModule;
  /** Byte offset of room for `SCRATCH_SAMPLES` of input. */
  readonly input: number;
  /** Byte offset of room for `SCRATCH_SAMPLES` of output. */
  readonly output: number;
  /** Byte offset of two 32-bit lengths: in, out. */
  readonly lengths: number;
}

/** Samples that go through WebAssembly at a time: 0.5 s at 8 kHz. */
export const SCRATCH_SAMPLES = 4096;

/** Loads the WebAssembly module, once for all resamplers. */
export const loadSpeex = loadOnce(
  load,
  'The resampler could not be loaded: @echogarden/speex-resampler-wasm (its SIMD build) failed to start. ' +
    'Check that its .wasm file is installed beside its .js file and that the bundler has not moved it.',
);

async function load(): Promise<Speex> {
  // Imported here so that nothing is loaded before somebody resamples.
  const { default: start } = await import('@echogarden/speex-resampler-wasm/simd');
  const module = await start();
  const input = module._malloc(SCRATCH_SAMPLES * 2);
  const output = module._malloc(SCRATCH_SAMPLES * 2);
  const lengths = module._malloc(8);
  return { module, input, output, lengths };
}

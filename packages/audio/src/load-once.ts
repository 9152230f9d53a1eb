import { audioError } from './error.js';

/**
 * What is loaded at the first call and is the same for all after; after a failure the next call tries again.
 *
 * @param message - of the `AUDIO_WASM` error that a failure becomes: what could not be loaded, and what to do
 */
export function loadOnce<T>(load: () => Promise<T>, message: string): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw audioError('AUDIO_WASM', message, cause);
    });
    return loading;
  };
}

import { HooklineError } from '@hookline/runtime';

/**
 * What this package throws.
 *
 * - `AUDIO_ODD_LENGTH`: bytes that are no whole number of samples
 * - `AUDIO_NOT_WAV`: the bytes are something other than a WAV file
 * - `AUDIO_BAD_WAV`: a WAV file whose structure cannot be read
 * - `AUDIO_UNSUPPORTED_WAV`: a WAV file in a compression that is not decoded here
 * - `AUDIO_BAD_ARGUMENT`: a rate, level, channel, length or key out of range
 * - `AUDIO_CLOSED`: a resampler used after its end
 * - `AUDIO_WASM`: a WebAssembly module could not be loaded or ran out of memory
 */
export type AudioErrorCode =
  | 'AUDIO_ODD_LENGTH'
  | 'AUDIO_NOT_WAV'
  | 'AUDIO_BAD_WAV'
  | 'AUDIO_UNSUPPORTED_WAV'
  | 'AUDIO_BAD_ARGUMENT'
  | 'AUDIO_CLOSED'
  | 'AUDIO_WASM';

/** A `HooklineError` whose `code` is one of this package's. */
export type AudioError = HooklineError<AudioErrorCode>;

/** Builds the error; kept in one place so that no code outside the union can be thrown. */
export function audioError(code: AudioErrorCode, message: string, cause?: unknown): AudioError {
  return new HooklineError<AudioErrorCode>(code, message, cause === undefined ? undefined : { cause });
}

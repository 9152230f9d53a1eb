import { errorFactory, type HooklineError } from '@hookline/runtime';

/** The `code` of every `HooklineError` of this package. */
export type AudioErrorCode =
  /** Bytes that are not a whole number of samples. */
  | 'AUDIO_ODD_LENGTH'
  /** The bytes are not a WAV file. */
  | 'AUDIO_NOT_WAV'
  /** A WAV file whose structure cannot be read. */
  | 'AUDIO_BAD_WAV'
  /** A WAV file in a compression that is not decoded here. */
  | 'AUDIO_UNSUPPORTED_WAV'
  /** A rate, level, channel, length or key out of range, or an argument of the wrong type. */
  | 'AUDIO_BAD_ARGUMENT'
  /** A resampler was used after its end. */
  | 'AUDIO_CLOSED'
  /** A WebAssembly module could not be loaded or ran out of memory. */
  | 'AUDIO_WASM';

/** A `HooklineError` whose `code` is one of this package's. */
export type AudioError = HooklineError<AudioErrorCode>;

/** Creates an error of this package. */
export const audioError = /* @__PURE__ */ errorFactory<AudioErrorCode>(['AUDIO_BAD_ARGUMENT']);

import { HooklineError } from '@hookline/runtime';

/**
 * What this package throws.
 *
 * - `VAD_BAD_ARGUMENT`: a model, mode or time that is none
 * - `VAD_CLOSED`: a detector used after `close`
 * - `VAD_WASM`: a WebAssembly module could not be started or ran out of memory
 */
export type VadErrorCode = 'VAD_BAD_ARGUMENT' | 'VAD_CLOSED' | 'VAD_WASM';

/** A `HooklineError` whose `code` is one of this package's. */
export type VadError = HooklineError<VadErrorCode>;

/** Builds the error; kept in one place so that no code outside the union can be thrown. */
export function vadError(code: VadErrorCode, message: string, cause?: unknown): VadError {
  return new HooklineError<VadErrorCode>(code, message, cause === undefined ? undefined : { cause });
}

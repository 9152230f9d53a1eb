import { errorFactory, type HooklineError } from '@hookline/runtime';

/** What this package throws or rejects with, as `code` of a `HooklineError`. */
export type VadErrorCode =
  /** An unknown model, mode or option, or a level that is no number. */
  | 'VAD_BAD_ARGUMENT'
  /** A detector was used after `close`. */
  | 'VAD_CLOSED'
  /** A WebAssembly module could not be started or ran out of memory. */
  | 'VAD_WASM';

/** A `HooklineError` with a code of this package. */
export type VadError = HooklineError<VadErrorCode>;

/** Creates an error of this package. */
export const vadError = /* @__PURE__ */ errorFactory<VadErrorCode>(['VAD_BAD_ARGUMENT']);

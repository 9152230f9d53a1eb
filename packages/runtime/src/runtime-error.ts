import { errorFactory } from './error.js';

/** The `code` of every `HooklineError` of this package. */
export type RuntimeErrorCode =
  /** An argument or option cannot be used. */
  | 'RUNTIME_BAD_OPTION'
  /** What a `VirtualClock` waits for does not happen. */
  | 'RUNTIME_STALLED';

/** Builds an error of this package. */
export const runtimeError = /* @__PURE__ */ errorFactory<RuntimeErrorCode>(['RUNTIME_BAD_OPTION']);

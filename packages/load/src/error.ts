import { errorFactory, type HooklineError } from '@hookline/runtime';

/** Codes of the errors of this package, as `code` of a `HooklineError`. */
export type LoadErrorCode =
  /** An option that does not exist or has an invalid value. */
  | 'LOAD_BAD_OPTION'
  /** A threshold without a known metric or a valid limit. */
  | 'LOAD_BAD_THRESHOLD'
  /** A load file or run file that cannot be read. */
  | 'LOAD_BAD_FILE'
  /** A process of the load test ended before its calls did. */
  | 'LOAD_PROCESS_LOST';

/** A `HooklineError` whose `code` is one of this package's. */
export type LoadError = HooklineError<LoadErrorCode>;

/** Creates an error of this package. */
export const loadError = /* @__PURE__ */ errorFactory<LoadErrorCode>([
  'LOAD_BAD_OPTION',
  'LOAD_BAD_THRESHOLD',
  'LOAD_BAD_FILE',
]);

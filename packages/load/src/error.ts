import { errorFactory, type HooklineError } from '@hookline/runtime';

/** What this package throws or rejects with, as `code` of a `HooklineError`. */
export type LoadErrorCode =
  /** An option of a load that does not exist or cannot be used. */
  | 'LOAD_BAD_OPTION'
  /** A threshold that names no metric, or no limit for it. */
  | 'LOAD_BAD_THRESHOLD'
  /** A load file, or the file of a run, that cannot be read. */
  | 'LOAD_BAD_FILE'
  /** A process of the load ended before its calls did. */
  | 'LOAD_PROCESS_LOST';

/** A `HooklineError` whose `code` is one of this package's. */
export type LoadError = HooklineError<LoadErrorCode>;

/** Builds an error of this package. */
export const loadError = /* @__PURE__ */ errorFactory<LoadErrorCode>([
  'LOAD_BAD_OPTION',
  'LOAD_BAD_THRESHOLD',
  'LOAD_BAD_FILE',
]);

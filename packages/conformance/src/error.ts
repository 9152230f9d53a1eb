import { errorFactory, type HooklineError } from '@hookline/runtime';

/** What this package throws or rejects with, as `code` of a `HooklineError`. */
export type ConformanceErrorCode =
  /** A check to run that does not exist. */
  | 'CONFORMANCE_BAD_CHECK'
  /** An option that does not exist. */
  | 'CONFORMANCE_BAD_OPTION'
  /** A profile that cannot be read, or a wrong field in it. */
  | 'CONFORMANCE_BAD_PROFILE'
  /** A trace that cannot be calibrated with: it is of a client of Hookline. */
  | 'CONFORMANCE_BAD_TRACE'
  /** A file holds no operational events. */
  | 'CONFORMANCE_BAD_EVENTS'
  /** The check would send a message that no client may send. */
  | 'CONFORMANCE_OWN_MESSAGE'
  /** The port of a faulty bot could not be opened. */
  | 'CONFORMANCE_LISTEN';

/** A `HooklineError` whose `code` is one of this package's. */
export type ConformanceError = HooklineError<ConformanceErrorCode>;

/** Builds an error of this package. */
export const conformanceError = /* @__PURE__ */ errorFactory<ConformanceErrorCode>([
  'CONFORMANCE_BAD_CHECK',
  'CONFORMANCE_BAD_EVENTS',
  'CONFORMANCE_BAD_OPTION',
  'CONFORMANCE_BAD_PROFILE',
  'CONFORMANCE_BAD_TRACE',
]);

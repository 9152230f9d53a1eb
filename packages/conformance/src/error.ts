import { errorFactory, type HooklineError } from '@hookline/runtime';

/** The codes of the errors of this package. */
export type ConformanceErrorCode =
  /** An entry of `only` or `skip` that names no check. */
  | 'CONFORMANCE_BAD_CHECK'
  /** An option that does not exist, or cannot be used. */
  | 'CONFORMANCE_BAD_OPTION'
  /** A profile that cannot be read, or a wrong field in it. */
  | 'CONFORMANCE_BAD_PROFILE'
  /** A trace that gives no evidence about Genesys Cloud, because Hookline's client made the call. */
  | 'CONFORMANCE_BAD_TRACE'
  /** A file without operational events. */
  | 'CONFORMANCE_BAD_EVENTS'
  /** The check would send an invalid message, because of an error in the check. */
  | 'CONFORMANCE_OWN_MESSAGE'
  /** The port of a faulty bot cannot be opened. */
  | 'CONFORMANCE_LISTEN';

/** A `HooklineError` with a code of this package. */
export type ConformanceError = HooklineError<ConformanceErrorCode>;

/** Creates an error of this package. */
export const conformanceError = /* @__PURE__ */ errorFactory<ConformanceErrorCode>([
  'CONFORMANCE_BAD_CHECK',
  'CONFORMANCE_BAD_EVENTS',
  'CONFORMANCE_BAD_OPTION',
  'CONFORMANCE_BAD_PROFILE',
  'CONFORMANCE_BAD_TRACE',
]);

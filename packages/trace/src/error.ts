import { errorFactory, type HooklineError } from '@hookline/runtime';

/** The `code` of every `HooklineError` of this package. */
export type TraceErrorCode =
  /** The text does not start with the header of a trace. */
  | 'TRACE_NOT_A_TRACE'
  /** The trace has a schema version that this version of Hookline does not read. */
  | 'TRACE_VERSION'
  /** A line in the middle of a trace is not a row, or a trace has too many lines. */
  | 'TRACE_CORRUPT'
  /** A directory or file of a trace cannot be read. */
  | 'TRACE_READ'
  /** The directory already contains a trace. */
  | 'TRACE_EXISTS'
  /** A file of a trace or a recording could not be written. */
  | 'TRACE_WRITE'
  /** An option does not exist, or has a value that cannot be used. */
  | 'TRACE_BAD_OPTION'
  /** A filter cannot be understood. */
  | 'TRACE_FILTER'
  /** A `.zip` contains no trace, or is not safe to unpack. */
  | 'TRACE_ZIP'
  /** An option of a comparison is not a number. */
  | 'TRACE_DIFF';

/** A `HooklineError` with a code of this package. */
export type TraceError = HooklineError<TraceErrorCode>;

/** Creates an error of this package. */
export const traceError = /* @__PURE__ */ errorFactory<TraceErrorCode>([
  'TRACE_BAD_OPTION',
  'TRACE_DIFF',
  'TRACE_FILTER',
]);

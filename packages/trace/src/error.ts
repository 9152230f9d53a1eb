import { HooklineError } from '@hookline/runtime';

/**
 * What this package throws or rejects with.
 *
 * - `TRACE_NOT_A_TRACE`: text that does not begin with the header of a trace
 * - `TRACE_VERSION`: a trace of a schema version that this version of Hookline does not read
 * - `TRACE_CORRUPT`: a line in the middle of a trace that is no row
 * - `TRACE_READ`: a directory or file of a trace that cannot be read
 * - `TRACE_EXISTS`: the directory holds a trace already
 * - `TRACE_WRITE`: a file of a trace or a recording that could not be written
 * - `TRACE_FILTER`: a filter that cannot be understood
 * - `TRACE_ZIP`: a `.zip` that holds no trace, or that is not safe to unpack
 * - `TRACE_DIFF`: an option of a diff that is no number
 */
export type TraceErrorCode =
  | 'TRACE_NOT_A_TRACE'
  | 'TRACE_VERSION'
  | 'TRACE_CORRUPT'
  | 'TRACE_READ'
  | 'TRACE_EXISTS'
  | 'TRACE_WRITE'
  | 'TRACE_FILTER'
  | 'TRACE_ZIP'
  | 'TRACE_DIFF';

/** A `HooklineError` whose `code` is one of this package's. */
export type TraceError = HooklineError<TraceErrorCode>;

/** Builds the error; kept in one place so that no code outside the union can be thrown. */
export function traceError(code: TraceErrorCode, message: string, cause?: unknown): TraceError {
  return new HooklineError<TraceErrorCode>(code, message, cause === undefined ? undefined : { cause });
}

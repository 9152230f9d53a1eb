import { isHooklineError, messageOf } from '@hookline/runtime';
import { createRedactor, parseFilter, type RowFilter, redactEvent, type TraceRow } from '@hookline/trace';
import { UsageError } from '../exit-codes.js';

/** Does what reads a trace that the user named; what is wrong with it is a mistake of usage. @throws UsageError */
export async function readingTrace<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isTraceFault(error) ? new UsageError(messageOf(error)) : error;
  }
}

function isTraceFault(error: unknown): boolean {
  return isHooklineError(error) && error.code.startsWith('TRACE_');
}

/** The filter of `--filter`. @throws UsageError naming the column */
export function filterOf(text: string | undefined): RowFilter {
  try {
    return parseFilter(text ?? '');
  } catch (error) {
    throw new UsageError(`--filter: ${messageOf(error)}`);
  }
}

/** Masks credentials in rows, in order: a trace of other hands may hold them. */
export function maskRows(): (row: TraceRow) => TraceRow {
  const redactor = createRedactor();
  return (row) => (row.kind === 'audio' || row.kind === 'unknown' ? row : redactEvent(redactor, row));
}

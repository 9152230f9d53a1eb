import { type Clock, isHooklineError, messageOf } from '@hookline/runtime';
import {
  createRedactor,
  laneOf,
  parseFilter,
  type RowFilter,
  redactEvent,
  type TraceRow,
} from '@hookline/trace';
import type { OpenTraceRows } from '@hookline/trace/node';
import { UsageError } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import { showProgress } from '../output/progress.js';

/** Runs `read`, and turns an error of the trace into a usage error. @throws UsageError */
export async function withTraceUsageErrors<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isTraceError(error) ? new UsageError(messageOf(error)) : error;
  }
}

function isTraceError(error: unknown): boolean {
  return isHooklineError(error) && error.code.startsWith('TRACE_');
}

/** The filter of `--filter`. @throws UsageError with the position of the error */
export function parseRowFilter(text: string | undefined): RowFilter {
  try {
    return parseFilter(text ?? '');
  } catch (error) {
    throw new UsageError(`--filter: ${messageOf(error)}`);
  }
}

/** The frames of a row of caller audio, which the summary needs to detect speech; empty for other rows. */
export async function callerAudioOf(open: OpenTraceRows, row: TraceRow): Promise<readonly Uint8Array[]> {
  const isCaller = row.kind === 'audio' && laneOf(open.header.vantage, row.dir) === 'caller';
  return isCaller ? open.audioOf(row) : [];
}

/** Returns a function that masks credentials in rows. A trace that other software wrote may contain them. */
export function createRowMask(): (row: TraceRow) => TraceRow {
  const redactor = createRedactor();
  return (row) => (row.kind === 'audio' || row.kind === 'unknown' ? row : redactEvent(redactor, row));
}

/** The progress of reading a long trace. */
export interface ReadingProgress {
  /** Counts a row. */
  countRow(): void;
  /** Removes the progress line. */
  stop(): void;
}

/**
 * Shows the number of rows read, on a terminal and if it takes more than a second.
 *
 * @param what - the noun for rows
 */
export function showReadingProgress(console: Console, clock: Clock, what = 'rows'): ReadingProgress {
  let rows = 0;
  const stop = showProgress(console, clock, () => [`${rows} ${what} read`]);
  return { countRow: () => (rows += 1), stop };
}

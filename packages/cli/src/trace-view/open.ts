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

/** The frames of a row of the caller's audio, to hear when they speak; none of any other row. */
export async function callerFrames(open: OpenTraceRows, row: TraceRow): Promise<readonly Uint8Array[]> {
  const isCaller = row.kind === 'audio' && laneOf(open.header.vantage, row.dir) === 'caller';
  return isCaller ? open.audioOf(row) : [];
}

/** Masks credentials in rows, in order: a trace of other hands may hold them. */
export function maskRows(): (row: TraceRow) => TraceRow {
  const redactor = createRedactor();
  return (row) => (row.kind === 'audio' || row.kind === 'unknown' ? row : redactEvent(redactor, row));
}

/** How far the reading of a long trace is. */
export interface ReadingProgress {
  /** One more row was read. */
  row(): void;
  /** Takes it away. */
  stop(): void;
}

/**
 * Shows how many rows were read, on a terminal, once it takes more than a second.
 *
 * @param what - is read
 */
export function readingProgress(console: Console, clock: Clock, what = 'rows'): ReadingProgress {
  let rows = 0;
  const stop = showProgress(console, clock, () => [`${rows} ${what} read`]);
  return { row: () => (rows += 1), stop };
}

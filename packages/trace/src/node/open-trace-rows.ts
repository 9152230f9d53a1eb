import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import type { TraceHeader } from '../format/header.js';
import { parseObject, readHeader, readRow, rowOf } from '../format/read-row.js';
import type { TraceRow } from '../format/row.js';
import { type Following, fileLines } from './file-lines.js';
import { TRACE_FILES } from './file-names.js';
import { unzipTrace } from './zip-trace.js';

/** A trace that is read row by row. */
export interface OpenTraceRows {
  readonly header: TraceHeader;
  /** The rows in their order, once; gives the file back at their end, or where they are left. @throws HooklineError `TRACE_CORRUPT` */
  readonly rows: AsyncIterable<TraceRow>;
  /** Whether the file stops in the middle of a line; known when all rows were read. */
  readonly truncated: boolean;
  /** Gives the file back, for who reads no rows. Idempotent. */
  close(): Promise<void>;
}

/** How rows are read. */
export interface OpenTraceRowsOptions {
  /** Waits for rows that are still written, until `end` or the signal; default: ends where the file does. */
  readonly follow?: Following;
}

/**
 * Opens a trace to read its rows one by one, so that memory does not grow with the length of the call.
 *
 * @param path - a trace directory, its `trace.ndjson`, or a `.zip` of it
 * @throws HooklineError `TRACE_READ`, `TRACE_ZIP` (a `.zip` cannot be followed), `TRACE_NOT_A_TRACE`, `TRACE_VERSION`
 */
export async function openTraceRows(
  path: string,
  options: OpenTraceRowsOptions = {},
): Promise<OpenTraceRows> {
  const { follow } = options;
  const isZip = path.endsWith('.zip') && !(await isDirectory(path));
  if (isZip && follow) {
    throw traceError(
      'TRACE_ZIP',
      `${path} cannot be followed: no rows come to a .zip. Give the folder of the trace.`,
    );
  }
  const file = isZip ? undefined : await openRows(path);
  const lines = file ? fileLines(file, follow) : packedLines(path);
  let truncated = false;
  const close = async () => {
    await file?.close();
  };
  try {
    const first = await lines.next();
    const header = readHeader(first.done ? '' : first.value);
    return {
      header,
      get truncated() {
        return truncated;
      },
      rows: closing(
        rowsOf(lines, follow !== undefined, () => {
          truncated = true;
        }),
        close,
      ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* rowsOf(
  lines: AsyncIterable<string>,
  untilEnd: boolean,
  cut: () => void,
): AsyncGenerator<TraceRow> {
  let number = 1;
  /** A line that is no row: the last one may be cut, no other. */
  let broken: string | undefined;
  for await (const line of lines) {
    number += 1;
    if (broken !== undefined) readRow(broken, number - 1);
    if (line.trim() === '') continue;
    const value = parseObject(line);
    if (!value) {
      broken = line;
      continue;
    }
    const row = rowOf(value);
    yield row;
    if (untilEnd && row.kind === 'end') return;
  }
  if (broken !== undefined) cut();
}

async function* closing<T>(items: AsyncIterable<T>, close: () => Promise<void>): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    await close();
  }
}

/** The last of them is empty where the last row is whole. */
async function* packedLines(path: string): AsyncGenerator<string> {
  const files = await unzipTrace(path);
  const text = new TextDecoder().decode(files.get(TRACE_FILES.rows));
  yield* text.split('\n');
}

async function openRows(path: string): Promise<FileHandle> {
  const rows = (await isDirectory(path)) ? join(path, TRACE_FILES.rows) : path;
  return open(rows, 'r').catch((error: unknown) => {
    throw traceError(
      'TRACE_READ',
      `${rows} cannot be read: ${messageOf(error)}. Give the directory of a trace.`,
      error,
    );
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

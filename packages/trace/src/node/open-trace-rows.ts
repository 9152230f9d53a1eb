import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkArgument, messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import type { TraceHeader } from '../format/header.js';
import { linesOf } from '../format/lines.js';
import { parseObject, readHeader, readRow, rowOf } from '../format/read-row.js';
import type { AudioRow, TraceRow } from '../format/row.js';
import { framesOf } from '../format/trace.js';
import { type Lane, laneOf } from '../vantage.js';
import { type Following, fileLines } from './file-lines.js';
import { TRACE_FILES } from './file-names.js';
import { unzipTrace } from './zip-trace.js';

/** A trace that is read row by row. */
export interface OpenTraceRows {
  readonly header: TraceHeader;
  /** Iterates over the rows once, in order; closes the file at the end or on early exit. @throws HooklineError `TRACE_CORRUPT` */
  readonly rows: AsyncIterable<TraceRow>;
  /** Whether the file is cut within a line; known after all rows were read. */
  readonly truncated: boolean;
  /**
   * Reads the frames of an audio row from the file of its side, without frames past the end of the file; empty if there
   * is no file. Call it while the rows are read.
   */
  audioOf(row: AudioRow): Promise<readonly Uint8Array[]>;
  /** The result of the call; undefined if there is none or it is incomplete. */
  result(): Promise<unknown>;
  /** Closes the files if the rows are not read. Idempotent. */
  close(): Promise<void>;
}

/** Options of `openTraceRows`. */
export interface OpenTraceRowsOptions {
  /**
   * Waits for rows that are still being written, until `end` with the rows that follow it at once, or the signal; default:
   * stops at the end of the file.
   */
  readonly follow?: Following;
}

/**
 * Opens a trace to read its rows one by one. Memory does not grow with the length of the call, except that a `.zip` is
 * unpacked in memory.
 *
 * @param path - a trace directory, its `trace.ndjson`, or a `.zip` of it
 * @throws HooklineError `TRACE_READ`, `TRACE_ZIP` (a `.zip` cannot be followed), `TRACE_NOT_A_TRACE`, `TRACE_VERSION`
 */
export async function openTraceRows(
  path: string,
  options: OpenTraceRowsOptions = {},
): Promise<OpenTraceRows> {
  checkArgument('TRACE_BAD_OPTION', 'openTraceRows: path', path, 'path');
  const { follow } = options;
  const isZip = path.endsWith('.zip') && !(await isDirectory(path));
  if (isZip && follow) {
    throw traceError(
      'TRACE_ZIP',
      `${path} cannot be followed: a .zip does not grow. Pass the directory of the trace.`,
    );
  }
  const file = isZip ? undefined : await openRows(path);
  const packed = file ? undefined : await unzipTrace(path);
  let ended = false;
  const lines = file ? fileLines(file, follow, () => ended) : packedLines(packed?.get(TRACE_FILES.rows));
  const source = packed ?? (await folderOf(path));
  const audio = rawAudio(source);
  let truncated = false;
  const close = async () => {
    await Promise.all([file?.close(), audio.close()]);
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
        rowsOf(lines, {
          // Rules that only the end of the call shows follow it.
          ended() {
            ended = true;
          },
          cut() {
            truncated = true;
          },
        }),
        close,
      ),
      audioOf: (row) => audio.framesOf(laneOf(header.vantage, row.dir), row),
      result: () => resultOf(source),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* rowsOf(
  lines: AsyncIterable<string>,
  report: { readonly ended: () => void; readonly cut: () => void },
): AsyncGenerator<TraceRow> {
  let number = 1;
  /** A line that is not a row. Only the last line may be incomplete. */
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
    if (row.kind === 'end') report.ended();
    yield row;
  }
  if (broken !== undefined) report.cut();
}

async function* closing<T>(items: AsyncIterable<T>, close: () => Promise<void>): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    await close();
  }
}

/** The last line is empty if the last row is complete. */
async function* packedLines(rows: Uint8Array | undefined): AsyncGenerator<string> {
  yield* linesOf(new TextDecoder().decode(rows));
}

/** Reads parts of `caller.raw` and `bot.raw`, which are opened on first use. */
function rawAudio(from: string | ReadonlyMap<string, Uint8Array>) {
  const files = new Map<Lane, Promise<FileHandle | undefined>>();
  const fileOf = (folder: string, lane: Lane) => {
    const file = files.get(lane) ?? open(join(folder, TRACE_FILES[lane]), 'r').catch(() => undefined);
    files.set(lane, file);
    return file;
  };
  return {
    async framesOf(lane: Lane, row: AudioRow): Promise<readonly Uint8Array[]> {
      if (typeof from !== 'string') return framesOf(row, from.get(TRACE_FILES[lane]) ?? new Uint8Array(0));
      const file = await fileOf(from, lane);
      if (!file) return [];
      const { size } = await file.stat();
      const length = Math.min(row.bytes, size - row.offset);
      if (length <= 0) return [];
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, row.offset);
      return framesOf({ ...row, offset: 0 }, bytes.subarray(0, bytesRead));
    },
    async close(): Promise<void> {
      const opened = await Promise.all(files.values());
      files.clear();
      await Promise.all(opened.map((file) => file?.close()));
    },
  };
}

async function resultOf(from: string | ReadonlyMap<string, Uint8Array>): Promise<unknown> {
  const bytes =
    typeof from === 'string'
      ? await readFile(join(from, TRACE_FILES.result)).catch(() => undefined)
      : from.get(TRACE_FILES.result);
  return bytes && parseObject(new TextDecoder().decode(bytes));
}

async function folderOf(path: string): Promise<string> {
  return (await isDirectory(path)) ? path : dirname(path);
}

async function openRows(path: string): Promise<FileHandle> {
  const rows = (await isDirectory(path)) ? join(path, TRACE_FILES.rows) : path;
  return open(rows, 'r').catch((error: unknown) => {
    throw traceError(
      'TRACE_READ',
      `${rows} cannot be read: ${messageOf(error)}. Pass the directory of a trace.`,
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

import { checkArgument } from '@hookline/runtime';
import { laneOf } from '../vantage.js';
import type { TraceHeader } from './header.js';
import { linesOf } from './lines.js';
import { parseObject, readHeader, readRow, rowOf } from './read-row.js';
import type { TraceRow } from './row.js';
import type { Trace } from './trace.js';

/** The other files of a trace. */
export interface TraceParts {
  /** `caller.raw`; default empty. */
  readonly caller?: Uint8Array;
  /** `bot.raw`; default empty. */
  readonly bot?: Uint8Array;
  /** The content of `result.json`. */
  readonly result?: unknown;
}

const NONE = new Uint8Array(0);

/**
 * Reads a trace. A file that is cut within a line is read up to that line; rows of unknown kinds are kept.
 *
 * @param ndjson - the content of `trace.ndjson`, as text or as UTF-8 bytes
 * @throws HooklineError `TRACE_NOT_A_TRACE`, `TRACE_VERSION`, `TRACE_CORRUPT`
 */
export function readTrace(ndjson: string | Uint8Array, parts: TraceParts = {}): Trace {
  checkArgument('TRACE_BAD_OPTION', 'readTrace: ndjson', ndjson, 'text or bytes');
  const text = typeof ndjson === 'string' ? ndjson : new TextDecoder().decode(ndjson);
  const lines = linesOf(text);
  const head = readHeader(lines.next().value ?? '');
  const rows: TraceRow[] = [];
  let number = 1;
  /** In the end the text after the last line end: the incomplete line of a writer that crashed. */
  let rest = '';
  for (const line of lines) {
    if (rest.trim() !== '') rows.push(readRow(rest, number));
    rest = line;
    number += 1;
  }
  const last = parseObject(rest);
  if (last) rows.push(rowOf(last));

  const { caller = NONE, bot = NONE, result } = parts;
  const missing =
    (parts.caller !== undefined || parts.bot !== undefined) && stopsShort(head, rows, caller, bot);
  return {
    header: head,
    rows,
    truncated: missing || (rest.trim() !== '' && !last),
    caller,
    bot,
    ...(result === undefined ? {} : { result }),
  };
}

function stopsShort(
  head: TraceHeader,
  rows: readonly TraceRow[],
  caller: Uint8Array,
  bot: Uint8Array,
): boolean {
  return rows.some((row) => {
    if (row.kind !== 'audio') return false;
    const raw = laneOf(head.vantage, row.dir) === 'caller' ? caller : bot;
    return row.offset + row.bytes > raw.length;
  });
}

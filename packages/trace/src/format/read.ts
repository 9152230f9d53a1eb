import { describe, type Validator, validator } from '@hookline/protocol';
import type { Static, TSchema } from '@sinclair/typebox';
import { traceError } from '../error.js';
import { AUDIO_LEFT_OUT } from '../personal-data.js';
import { laneOf } from '../vantage.js';
import { TRACE_FORMAT, TRACE_SCHEMA_VERSION, TraceHeader } from './header.js';
import {
  type AudioRow,
  EndRow,
  MessageRow,
  PlaybackRow,
  RequestRow,
  ResponseRow,
  StoredAudio,
  type TraceRow,
  timeOf,
  ViolationRow,
} from './row.js';
import type { Trace } from './trace.js';

/** The other files of a trace. */
export interface TraceParts {
  /** `caller.raw`; default empty. */
  readonly caller?: Uint8Array;
  /** `bot.raw`; default empty. */
  readonly bot?: Uint8Array;
  /** What `result.json` holds. */
  readonly result?: unknown;
}

const NONE = new Uint8Array(0);
const header = validator(TraceHeader);
const stored = validator(StoredAudio);

/**
 * Reads a trace. A file that stops in the middle of a line is read up to there; rows of unknown kinds are kept.
 *
 * @param ndjson - what `trace.ndjson` holds, as text or as UTF-8 bytes
 * @throws HooklineError `TRACE_NOT_A_TRACE`, `TRACE_VERSION`, `TRACE_CORRUPT`
 */
export function readTrace(ndjson: string | Uint8Array, parts: TraceParts = {}): Trace {
  const text = typeof ndjson === 'string' ? ndjson : new TextDecoder().decode(ndjson);
  const lines = text.split('\n');
  // After the line end of the last whole line; what a writer that died had begun stands here.
  const rest = lines.pop() ?? '';
  const [first, ...others] = lines;
  const head = readHeader(first ?? rest);
  const rows = others.flatMap((line, index) => (line.trim() === '' ? [] : [readRow(line, index + 2)]));
  const last = first === undefined ? undefined : parseObject(rest);
  if (last) rows.push(rowOf(last));

  const { caller = NONE, bot = NONE, result } = parts;
  const missing =
    (parts.caller !== undefined || parts.bot !== undefined) && stopsShort(head, rows, caller, bot);
  return {
    header: head,
    rows,
    truncated: missing || (first !== undefined && rest.trim() !== '' && !last),
    caller,
    bot,
    ...(result === undefined ? {} : { result }),
  };
}

function readHeader(line: string): TraceHeader {
  const value = parseObject(line);
  if (!value || !('format' in value) || value.format !== TRACE_FORMAT) {
    throw traceError(
      'TRACE_NOT_A_TRACE',
      `The first line is ${value ? 'an object of another format' : describe(line)}; expected ` +
        `{"format":"${TRACE_FORMAT}",…}. Give the trace.ndjson of a trace, or the directory that holds it.`,
    );
  }
  if ('schemaVersion' in value && value.schemaVersion !== TRACE_SCHEMA_VERSION) {
    throw traceError(
      'TRACE_VERSION',
      `The trace has schemaVersion ${describe(value.schemaVersion)}; this version of Hookline reads ` +
        `${TRACE_SCHEMA_VERSION}. Read it with the version that wrote it, or update Hookline.`,
    );
  }
  if (!header.check(value)) {
    const { path, got, expected } = header.explain(value);
    throw traceError(
      'TRACE_NOT_A_TRACE',
      `The header of the trace has ${got} at ${path}; expected ${expected}. The first line was changed or damaged.`,
    );
  }
  return value;
}

function readRow(line: string, number: number): TraceRow {
  const value = parseObject(line);
  if (!value) {
    throw traceError(
      'TRACE_CORRUPT',
      `Line ${number} of the trace is ${describe(line)}; expected a JSON object. ` +
        'Only the last line may be cut: take this line out to read the rest.',
    );
  }
  return rowOf(value);
}

function rowOf(value: object): TraceRow {
  if (stored.check(value)) {
    const row = audioRow(value);
    if (row) return row;
  }
  for (const known of events) if (known.check(value)) return value;
  return {
    kind: 'unknown',
    t: timeOf(value),
    of: 'kind' in value && typeof value.kind === 'string' ? value.kind : '',
    row: value,
  };
}

const events = [
  validator(MessageRow),
  validator(RequestRow),
  validator(ResponseRow),
  validator(PlaybackRow),
  validator(ViolationRow),
  validator(EndRow),
] satisfies Validator<TSchema>[];

/** Undefined where the frames do not add up to the run. */
function audioRow(value: Static<typeof StoredAudio>): AudioRow | undefined {
  const { t, dir, offset, length, arrivalsMs, sizes } = value;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes !== length || arrivalsMs.length !== sizes.length || !Number.isSafeInteger(offset + length))
    return undefined;
  return { kind: 'audio', t, dir, frames: sizes.length, bytes, arrivalsMs, sizes, offset };
}

function stopsShort(
  head: TraceHeader,
  rows: readonly TraceRow[],
  caller: Uint8Array,
  bot: Uint8Array,
): boolean {
  if (head.redactions.includes(AUDIO_LEFT_OUT)) return false;
  return rows.some((row) => {
    if (row.kind !== 'audio') return false;
    const raw = laneOf(head.vantage, row.dir) === 'caller' ? caller : bot;
    return row.offset + row.bytes > raw.length;
  });
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

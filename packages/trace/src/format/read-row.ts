import { describe, type Validator, validator } from '@hookline/protocol';
import type { Static, TSchema } from '@sinclair/typebox';
import { traceError } from '../error.js';
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

const header = validator(TraceHeader);
const stored = validator(StoredAudio);

/** Parses the header. @throws HooklineError `TRACE_NOT_A_TRACE`, `TRACE_VERSION` */
export function readHeader(line: string): TraceHeader {
  // An editor may have stored the file with a byte order mark.
  const value = parseObject(line.replace(/^\uFEFF/, ''));
  if (!value || !('format' in value) || value.format !== TRACE_FORMAT) {
    throw traceError(
      'TRACE_NOT_A_TRACE',
      `The first line is ${value ? 'an object of a different format' : describe(line)}; expected ` +
        `{"format":"${TRACE_FORMAT}",…}. Pass the trace.ndjson of a trace, or the directory that contains it.`,
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

/**
 * Parses a row.
 *
 * @param number - the line number for the error, from 1
 * @throws HooklineError `TRACE_CORRUPT`
 */
export function readRow(line: string, number: number): TraceRow {
  const value = parseObject(line);
  if (!value) {
    throw traceError(
      'TRACE_CORRUPT',
      `Line ${number} of the trace is ${describe(line)}; expected a JSON object. ` +
        'Only the last line may be incomplete: remove this line to read the rest.',
    );
  }
  return rowOf(value);
}

/** Converts an object to a row. An object that matches no kind becomes an `unknown` row. */
export function rowOf(value: object): TraceRow {
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

/** Undefined if the sizes of the frames do not add up to the run. */
function audioRow(value: Static<typeof StoredAudio>): AudioRow | undefined {
  const { t, dir, offset, length, arrivalsMs, sizes } = value;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes !== length || arrivalsMs.length !== sizes.length || !Number.isSafeInteger(offset + length))
    return undefined;
  return { kind: 'audio', t, dir, frames: sizes.length, bytes, arrivalsMs, sizes, offset };
}

/** The JSON object in a line; undefined if there is none. */
export function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from './header.js';
import type { AudioRow, TraceRow } from './row.js';

/** A stored call. */
export interface Trace {
  readonly header: TraceHeader;
  /** In the order of the file, which is chronological. */
  readonly rows: readonly TraceRow[];
  /** Whether the file is cut within a line, or the raw audio before the end of its rows. */
  readonly truncated: boolean;
  /** The bytes of all binary frames of the client, in order; empty if they were not given. */
  readonly caller: Uint8Array;
  /** The bytes of all binary frames of the server, in order; empty if they were not given. */
  readonly bot: Uint8Array;
  /** The result of the call, if stored. */
  readonly result?: unknown;
}

/** The bytes of each frame of a run, as subarrays of `raw`. Frames past the end of `raw` are omitted. */
export function framesOf(row: AudioRow, raw: Uint8Array): Uint8Array[] {
  checkArgument('TRACE_BAD_OPTION', 'framesOf: row', row, { sizes: 'list' });
  checkArgument('TRACE_BAD_OPTION', 'framesOf: raw', raw, 'bytes');
  const frames: Uint8Array[] = [];
  let at = row.offset;
  for (const size of row.sizes) {
    if (at + size > raw.length) break;
    frames.push(raw.subarray(at, at + size));
    at += size;
  }
  return frames;
}

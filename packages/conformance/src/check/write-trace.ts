import { join } from 'node:path';
import { audioRuns } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import { createTraceWriter } from '@hookline/trace/node';
import type { CallRecord } from '../record/call-record.js';
import type { Evidence } from '../rules/evidence.js';

/** The stored trace of a call. */
export interface WrittenTrace {
  readonly folder: string;
  /** Returns the line of an event of the record in `trace.ndjson`. Line 1 is the header. */
  rowOf(index: number): number | undefined;
}

/** Writes a call and its violations as a trace. @throws HooklineError `TRACE_EXISTS`, `TRACE_WRITE` */
export async function writeTrace(
  record: CallRecord,
  evidence: readonly Evidence[],
  dir: string,
  clock: Clock,
): Promise<WrittenTrace> {
  const name = `${record.scenario}--${record.call.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, 80);
  const writer = createTraceWriter({
    dir: join(dir, name),
    vantage: 'client',
    clock: startedAt(record.startedMs, clock),
    url: record.url,
    // The calls of the checks play no audio: they only keep time.
    rendering: 'estimated',
    secrets: record.secrets,
  });
  const rows = new Map<number, number>();
  const waiting: Record<'in' | 'out', number[]> = { in: [], out: [] };
  let row = 1;
  let current: number | undefined;
  // The writer groups audio in the same way, so the row numbers match.
  const runs = audioRuns((event) => {
    row += 1;
    if (event.kind === 'audio') for (const index of waiting[event.dir].splice(0)) rows.set(index, row);
    else if (current !== undefined) rows.set(current, row);
  });
  const both = [writer, runs];
  for (const [index, event] of record.events.entries()) {
    current = index;
    switch (event.kind) {
      case 'request':
        for (const sink of both) sink.event({ ...event, dir: 'out' });
        break;
      case 'response':
        for (const sink of both)
          sink.event({ kind: 'response', t: event.t, dir: 'in', head: event.head, status: event.status });
        break;
      case 'message':
        for (const sink of both) sink.event({ ...event, ...typed(event.text) });
        break;
      case 'audio':
        waiting[event.dir].push(index);
        for (const sink of both) sink.audio(event.dir, event.t, event.bytes);
        break;
      case 'end':
        for (const sink of both)
          sink.event({ kind: 'end', t: event.t, by: event.by, code: event.code, reason: event.reason });
        break;
      case 'mark':
        break;
    }
    current = undefined;
    for (const { clause, passed, index: where, got } of evidence) {
      if (passed || where !== index) continue;
      for (const sink of both) sink.event({ kind: 'violation', t: event.t, clause, text: got, fatal: false });
    }
  }
  runs.flush();
  const folder = await writer.close();
  return { folder, rowOf: (index) => rows.get(index) };
}

/** A clock for the trace of a call that is over: the start time is when it was dialled. */
function startedAt(wallMs: number, clock: Clock): Clock {
  return { now: () => clock.now(), wall: () => wallMs, after: (ms, callback) => clock.after(ms, callback) };
}

function typed(text: string): { readonly type: string } | undefined {
  const type = /"type"\s*:\s*"([a-z_]{1,40})"/.exec(text)?.[1];
  return type === undefined ? undefined : { type };
}

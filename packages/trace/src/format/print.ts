import type { AudioRun, WireEvent } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { Static } from '@sinclair/typebox';
import type { TraceHeader } from './header.js';
import type { StoredAudio } from './row.js';

/** Microseconds are precise enough and need a third of the digits. */
const round = (ms: number) => Math.round(ms * 1000) / 1000;

/** The first line of a trace, with its line end. */
export function headerLine(header: TraceHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** The line of any event except audio, with its line end. */
export function eventLine(event: Exclude<WireEvent, AudioRun>): string {
  checkArgument('TRACE_BAD_OPTION', 'eventLine: event', event, 'object');
  return `${JSON.stringify({ ...event, t: round(event.t) })}\n`;
}

/**
 * The line of a run of audio, with its line end.
 *
 * @param offset - the offset of its bytes in `caller.raw` or `bot.raw`
 */
export function audioLine(run: AudioRun, offset: number): string {
  checkArgument('TRACE_BAD_OPTION', 'audioLine: run', run, { arrivalsMs: 'list', sizes: 'list' });
  const row: Static<typeof StoredAudio> = {
    kind: 'audio',
    t: round(run.t),
    dir: run.dir,
    offset,
    length: run.bytes,
    arrivalsMs: run.arrivalsMs.map(round),
    sizes: [...run.sizes],
  };
  return `${JSON.stringify(row)}\n`;
}

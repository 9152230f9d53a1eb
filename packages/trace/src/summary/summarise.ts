import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from '../format/header.js';
import type { TraceRow } from '../format/row.js';
import { framesOf, type Trace } from '../format/trace.js';
import { channelMulaw, createCallMedia, headerMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { laneOf } from '../vantage.js';
import { CallTally } from './call-tally.js';
import { SideTally } from './side-tally.js';
import type { TraceSummary } from './summary.js';

/** Puts a trace into numbers. Without `caller` no reply to speech is found, only replies to keys. */
export function summarise(
  trace: Pick<Trace, 'header' | 'rows' | 'truncated'> & Partial<Pick<Trace, 'caller'>>,
): TraceSummary {
  checkArgument('TRACE_BAD_OPTION', 'summarise: trace', trace, { header: 'object', rows: 'list' });
  const summing = createSumming(trace.header);
  for (const row of trace.rows) {
    const isCaller = row.kind === 'audio' && laneOf(trace.header.vantage, row.dir) === 'caller';
    summing.push(row, isCaller && trace.caller ? framesOf(row, trace.caller) : []);
  }
  return summing.total(trace.truncated);
}

/** Puts a call into numbers row by row, and keeps no row. */
export interface Summing {
  /** @param frames - of a row of the caller's audio, to hear when they speak; default none */
  push(row: TraceRow, frames?: readonly Uint8Array[]): void;
  /** @param truncated - whether the trace stops before the call does; default false */
  total(truncated?: boolean): TraceSummary;
}

/** Starts with nothing seen. */
export function createSumming(header: TraceHeader): Summing {
  checkArgument('TRACE_BAD_OPTION', 'createSumming: header', header, 'object');
  const media = createCallMedia(headerMedia(header));
  const sides = { caller: new SideTally(), bot: new SideTally() };
  const tally = new CallTally();
  let firstAt: number | undefined;
  let lastAt = 0;
  const push = (row: TraceRow, frames: readonly Uint8Array[] = []): void => {
    firstAt ??= row.t;
    lastAt = row.t;
    switch (row.kind) {
      case 'message': {
        const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
        media.see(sent);
        sides[sent.lane].message(sent);
        tally.message(row.t, sent);
        break;
      }
      case 'audio': {
        const lane = laneOf(header.vantage, row.dir);
        sides[lane].audio(row.frames, row.bytes, media.lastsMs(lane, row.bytes));
        if (lane === 'bot') tally.botAudio(row.t);
        else {
          for (const [index, frame] of frames.entries()) {
            const mulaw = channelMulaw(frame, media.media, 'external', header.byteOrder);
            tally.callerAudio(row.t + (row.arrivalsMs[index] ?? 0), mulaw);
          }
        }
        break;
      }
      case 'playback':
        tally.heard(row.heardMs, row.droppedMs, row.ended);
        break;
      case 'violation':
        tally.violations.push({ t: row.t, clause: row.clause, text: row.text, fatal: row.fatal });
        break;
      case 'end':
        tally.end = { by: row.by, code: row.code, reason: row.reason };
        break;
      case 'request':
      case 'response':
      case 'unknown':
        break;
    }
  };
  return {
    push,
    total(truncated = false) {
      const { openAt, openedAt, firstAudioAt, ended } = tally;
      return {
        durationMs: lastAt - (firstAt ?? 0),
        truncated,
        openMs: between(openAt, openedAt),
        firstAudioMs: between(openedAt, firstAudioAt),
        caller: sides.caller.total,
        bot: sides.bot.total,
        ...ended,
        violations: tally.violations,
        end: tally.end,
      };
    },
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

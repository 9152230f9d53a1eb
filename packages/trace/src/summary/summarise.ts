import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from '../format/header.js';
import { rowEndMs, type TraceRow } from '../format/row.js';
import { framesOf, type Trace } from '../format/trace.js';
import { channelMulaw, createCallMedia, headerMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { laneOf } from '../vantage.js';
import { CallCounter } from './call-counter.js';
import { SideCounter } from './side-counter.js';
import type { TraceSummary } from './summary.js';

/** Summarises a trace. Without `caller`, reply times are measured only for keys, not for speech. */
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

/** Summarises a call row by row, without keeping the rows. */
export interface Summing {
  /** @param frames - the frames of a row of caller audio, to detect speech; default none */
  push(row: TraceRow, frames?: readonly Uint8Array[]): void;
  /** @param truncated - whether the trace ends before the call; default false */
  total(truncated?: boolean): TraceSummary;
}

/** Creates a summary that is filled row by row. */
export function createSumming(header: TraceHeader): Summing {
  checkArgument('TRACE_BAD_OPTION', 'createSumming: header', header, 'object');
  const media = createCallMedia(headerMedia(header));
  const sides = { caller: new SideCounter(), bot: new SideCounter() };
  const counter = new CallCounter();
  let firstAt: number | undefined;
  let lastAt = 0;
  const push = (row: TraceRow, frames: readonly Uint8Array[] = []): void => {
    firstAt ??= row.t;
    lastAt = Math.max(lastAt, rowEndMs(row));
    switch (row.kind) {
      case 'message': {
        const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
        media.see(sent);
        sides[sent.lane].message(sent);
        counter.message(row.t, sent);
        break;
      }
      case 'audio': {
        const lane = laneOf(header.vantage, row.dir);
        const lastsMs = media.lastsMs(lane, row.bytes);
        sides[lane].audio(row.frames, row.bytes, lastsMs);
        if (lane === 'bot') counter.botAudio(row.t, lastsMs);
        else {
          for (const [index, frame] of frames.entries()) {
            const mulaw = channelMulaw(frame, media.media, 'external', header.byteOrder);
            counter.callerAudio(row.t + (row.arrivalsMs[index] ?? 0), mulaw);
          }
        }
        break;
      }
      case 'playback':
        counter.heard(row.heardMs, row.droppedMs, row.ended);
        break;
      case 'violation':
        counter.violations.push({ t: row.t, clause: row.clause, text: row.text, fatal: row.fatal });
        break;
      case 'end':
        counter.end = { by: row.by, code: row.code, reason: row.reason };
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
      const { openAt, openedAt, firstAudioAt, ended } = counter;
      return {
        durationMs: lastAt - (firstAt ?? 0),
        truncated,
        openMs: between(openAt, openedAt),
        firstAudioMs: between(openedAt, firstAudioAt),
        caller: sides.caller.total,
        bot: sides.bot.total,
        ...ended,
        violations: counter.violations,
        end: counter.end,
      };
    },
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

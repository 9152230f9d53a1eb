import { readEntity } from '@hookline/protocol';
import type { Trace } from '../format/trace.js';
import { createCallMedia } from '../message/call-media.js';
import { headerMedia } from '../message/header-media.js';
import { readMessage, type SentMessage } from '../message/read-message.js';
import { laneOf } from '../vantage.js';
import { SideTally } from './side-tally.js';
import type { DisconnectSummary, EndSummary, TraceSummary, ViolationSummary } from './summary.js';

/** Open fields of a playback that is being read. */
interface PlaybackTally {
  readonly startedAt: number;
  completedAt: number | undefined;
  heardMs: number | undefined;
  droppedMs: number | undefined;
}

/** Puts a trace into numbers. */
export function summarise(trace: Pick<Trace, 'header' | 'rows' | 'truncated'>): TraceSummary {
  const { header, rows, truncated } = trace;
  const media = createCallMedia(headerMedia(header));
  const sides = { caller: new SideTally(), bot: new SideTally() };
  const tally = new CallTally();
  for (const row of rows) {
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
        if (lane === 'bot') tally.firstAudioAt ??= row.t;
        break;
      }
      case 'playback':
        tally.heard(row.heardMs, row.droppedMs);
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
  }
  const { openAt, openedAt, firstAudioAt, ended } = tally;
  return {
    durationMs: (rows.at(-1)?.t ?? 0) - (rows[0]?.t ?? 0),
    truncated,
    openMs: between(openAt, openedAt),
    firstAudioMs: between(openedAt, firstAudioAt),
    caller: sides.caller.total,
    bot: sides.bot.total,
    ...ended,
    violations: tally.violations,
    end: tally.end,
  };
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

/** What the messages of a call tell, gathered in their order. */
class CallTally {
  openAt: number | undefined;
  openedAt: number | undefined;
  firstAudioAt: number | undefined;
  end: EndSummary | undefined;
  readonly violations: ViolationSummary[] = [];
  readonly #playbacks: PlaybackTally[] = [];
  #bargeIns = 0;
  #dtmf = '';
  #disconnect: DisconnectSummary | undefined;
  #closeReason: string | undefined;

  message(t: number, sent: SentMessage): void {
    if (!('message' in sent)) return;
    const { message } = sent;
    switch (message.type) {
      case 'open':
        this.openAt ??= t;
        break;
      case 'opened':
        this.openedAt ??= t;
        break;
      case 'dtmf':
        this.#dtmf += message.parameters.digit;
        break;
      case 'playback_started':
        this.#playbacks.push({
          startedAt: t,
          completedAt: undefined,
          heardMs: undefined,
          droppedMs: undefined,
        });
        break;
      case 'playback_completed': {
        const last = this.#playbacks.at(-1);
        if (last) last.completedAt ??= t;
        break;
      }
      case 'event':
        this.#bargeIns += message.parameters.entities.filter(
          (entity) => readEntity(entity).kind === 'barge_in',
        ).length;
        break;
      case 'disconnect': {
        const { reason, info, outputVariables = {} } = message.parameters;
        this.#disconnect ??= { reason, info, outputs: outputVariables };
        break;
      }
      case 'close':
        this.#closeReason ??= message.parameters.reason;
        break;
    }
  }

  heard(heardMs: number, droppedMs: number): void {
    const last = this.#playbacks.findLast((playback) => playback.heardMs === undefined);
    if (last) Object.assign(last, { heardMs, droppedMs });
  }

  get ended() {
    return {
      playbacks: this.#playbacks,
      bargeIns: this.#bargeIns,
      dtmf: this.#dtmf,
      disconnect: this.#disconnect,
      closeReason: this.#closeReason,
    };
  }
}

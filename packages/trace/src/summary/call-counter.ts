import { ReplyClock } from '@hookline/audio';
import { type ClientInput, clientVerdict, readEntity } from '@hookline/protocol';
import { PlayedTime } from '../message/played-time.js';
import { printableValue } from '../message/print-json.js';
import type { SentMessage } from '../message/read-message.js';
import type { DisconnectSummary, EndSummary, PlaybackSummary, ViolationSummary } from './summary.js';

/** A playback under construction. */
interface PlaybackCounter {
  readonly startedAt: number;
  readonly startMs: number;
  readonly replyMs: number | undefined;
  completedAt: number | undefined;
  playedMs: number | undefined;
  heardMs: number | undefined;
  droppedMs: number | undefined;
  ended: PlaybackSummary['ended'];
}

/** Collects the facts of a call from its messages, in order. */
export class CallCounter {
  openAt: number | undefined;
  openedAt: number | undefined;
  firstAudioAt: number | undefined;
  end: EndSummary | undefined;
  readonly violations: ViolationSummary[] = [];
  readonly #playbacks: PlaybackCounter[] = [];
  /** Those of which the client has not reported what was heard; the last one started last. */
  readonly #unreported: PlaybackCounter[] = [];
  readonly #replies = new ReplyClock();
  readonly #played = new PlayedTime();
  /** When the first audio arrived for which no playback has started yet. */
  #bufferedSince: number | undefined;
  #bargeIns = 0;
  #dtmf = '';
  #disconnect: DisconnectSummary | undefined;
  #closeReason: string | undefined;

  message(t: number, sent: SentMessage): void {
    if (!('message' in sent) || (sent.lane === 'bot' && this.#ignores(sent.message.type))) return;
    const { message } = sent;
    const playedMs = this.#played.message(t, sent);
    switch (message.type) {
      case 'open':
        this.openAt ??= t;
        break;
      case 'opened':
        this.openedAt ??= t;
        break;
      case 'dtmf':
        this.#dtmf += message.parameters.digit;
        this.#replies.keyed(t);
        break;
      case 'playback_started':
        this.#started(t);
        break;
      case 'playback_completed': {
        const last = this.#playbacks.at(-1);
        if (last) {
          last.completedAt ??= t;
          last.playedMs ??= playedMs;
          last.ended ??= 'completed';
        }
        break;
      }
      case 'event': {
        const bargeIns = message.parameters.entities.filter(
          (entity) => readEntity(entity).kind === 'barge_in',
        ).length;
        this.#bargeIns += bargeIns;
        const last = this.#playbacks.at(-1);
        if (bargeIns > 0 && last) last.ended ??= 'bargeIn';
        break;
      }
      case 'disconnect': {
        const { reason, info, outputVariables = {} } = message.parameters;
        this.#disconnect ??= {
          reason,
          info,
          outputs: Object.fromEntries(
            Object.entries(outputVariables).map(([name, value]) => [name, printableValue(value)]),
          ),
        };
        break;
      }
      case 'close':
        this.#closeReason ??= message.parameters.reason;
        break;
    }
  }

  /** Adds `ms` of bot audio that arrived at `t`. */
  botAudio(t: number, ms: number): void {
    if (this.#ignores('audio')) return;
    this.#played.botAudio(ms);
    this.firstAudioAt ??= t;
    this.#bufferedSince ??= t;
  }

  /** Adds a frame of the caller's µ-law that ends at `t`. */
  callerAudio(t: number, mulaw: Uint8Array): void {
    this.#replies.said(mulaw, t);
  }

  heard(heardMs: number, droppedMs: number, ended: PlaybackSummary['ended']): void {
    const last = this.#unreported.pop();
    if (last) Object.assign(last, { heardMs, droppedMs, ended });
  }

  /** Whether this comes too late for the client, which has sent `close`. */
  #ignores(input: ClientInput): boolean {
    return this.#closeReason !== undefined && clientVerdict('closing', input).action === 'ignore';
  }

  #started(t: number): void {
    const playback: PlaybackCounter = {
      startedAt: t,
      startMs: t - (this.#bufferedSince ?? t),
      replyMs: this.#replies.botBegan(t),
      completedAt: undefined,
      playedMs: undefined,
      heardMs: undefined,
      droppedMs: undefined,
      ended: undefined,
    };
    this.#playbacks.push(playback);
    this.#unreported.push(playback);
    this.#bufferedSince = undefined;
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

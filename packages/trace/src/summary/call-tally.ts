import { readEntity } from '@hookline/protocol';
import type { SentMessage } from '../message/read-message.js';
import type { DisconnectSummary, EndSummary, ViolationSummary } from './summary.js';

/** Open fields of a playback that is being read. */
interface PlaybackTally {
  readonly startedAt: number;
  completedAt: number | undefined;
  heardMs: number | undefined;
  droppedMs: number | undefined;
}

/** What the messages of a call tell, gathered in their order. */
export class CallTally {
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

import { UTTERANCE_GAP_MS } from '@hookline/audio';
import { decodeServerMessage, readEntity, type WireEvent } from '@hookline/protocol';
import { laneOf, readMessage, type TraceRow, type Vantage } from '@hookline/trace';
import type { Mark } from '../messages.js';

/** Derives the marks on the lanes (playbacks, barge-ins, keys, pauses) from the events of a call. */
export class MarkDetector {
  readonly #vantage: Vantage;
  readonly #report: (mark: Mark) => void;
  readonly #replyMs: (since: number, t: number) => number | undefined;
  #playing: Extract<Mark, { kind: 'playback' }> | undefined;
  #count = 0;
  /** When the previous playback ran out of audio. */
  #ranDryAtMs: number | undefined;
  #endedAtMs = 0;
  /** The last key since the bot was last heard. */
  #keyAtMs: number | undefined;
  #playbackRow: Extract<WireEvent | TraceRow, { kind: 'playback' }> | undefined;

  /**
   * @param report - called with each mark; a playback is reported again when it is over
   * @param replyMs - returns the time from the caller's last speech after `since` to `t`
   */
  constructor(
    vantage: Vantage,
    report: (mark: Mark) => void,
    replyMs: (since: number, t: number) => number | undefined,
  ) {
    this.#vantage = vantage;
    this.#report = report;
    this.#replyMs = replyMs;
  }

  /** Called when the caller begins to hear the bot. */
  onPlaybackStarted(t: number): void {
    if (this.#playing) return;
    const sinceKeyMs = this.#keyAtMs === undefined ? undefined : Math.max(0, t - this.#keyAtMs);
    const inputs = [this.#replyMs(this.#endedAtMs, t), sinceKeyMs];
    const replies = inputs.flatMap((ms) => (ms === undefined ? [] : [Math.round(ms)]));
    // The bot replies to the last input of the caller, as in `timings.playbacks` of the result.
    const reply = replies.length === 0 ? undefined : Math.min(...replies);
    this.#keyAtMs = undefined;
    const gap =
      this.#ranDryAtMs !== undefined && t - this.#ranDryAtMs > 0 && t - this.#ranDryAtMs <= UTTERANCE_GAP_MS;
    this.#playing = {
      kind: 'playback',
      n: this.#count,
      from: t,
      ...(reply === undefined ? {} : { replyMs: reply }),
      underruns: gap ? 1 : 0,
    };
    this.#count += 1;
    this.#report(this.#playing);
  }

  /** Called when the caller no longer hears the bot. */
  onPlaybackCompleted(
    t: number,
    end: {
      readonly heardMs?: number;
      readonly droppedMs?: number;
      readonly ended?: 'completed' | 'bargeIn' | 'disconnected';
    },
  ): void {
    const playing = this.#playing;
    if (!playing) return;
    this.#playing = undefined;
    const { heardMs, droppedMs, ended } = end;
    this.#endedAtMs = t;
    this.#ranDryAtMs = ended === 'completed' ? t : undefined;
    this.#report({
      ...playing,
      to: t,
      ...(heardMs === undefined ? {} : { heardMs }),
      ...(droppedMs === undefined ? {} : { cutMs: droppedMs }),
      ...(ended === undefined ? {} : { ended }),
    });
  }

  /** Takes a message; other events are ignored. */
  onEvent(event: WireEvent | TraceRow): void {
    if (event.kind !== 'message') return;
    const { t, type } = event;
    if (laneOf(this.#vantage, event.dir) === 'caller') this.#onCallerMessage(event);
    else if (type === 'event') {
      const decoded = decodeServerMessage(event.text);
      if (decoded.kind !== 'message' || decoded.message.type !== 'event') return;
      const { entities } = decoded.message.parameters;
      if (entities.some((entity) => readEntity(entity).kind === 'barge_in'))
        this.#report({ kind: 'bargeIn', t });
    }
  }

  /** Takes a row of a trace, which is also the only source of playbacks there. */
  addRow(row: TraceRow): void {
    if (row.kind === 'playback') {
      this.#playbackRow = row;
      if (row.ended === 'disconnected') this.onPlaybackCompleted(row.t, row);
      return;
    }
    const fromClient = row.kind === 'message' && laneOf(this.#vantage, row.dir) === 'caller';
    if (fromClient && row.type === 'playback_started') this.onPlaybackStarted(row.t);
    if (fromClient && row.type === 'playback_completed') {
      this.onPlaybackCompleted(this.#playbackRow?.t ?? row.t, this.#playbackRow ?? {});
    }
    this.#playbackRow = undefined;
    if (row.kind === 'end') this.onPlaybackCompleted(row.t, { ended: 'disconnected' });
    this.onEvent(row);
  }

  #onCallerMessage(event: { readonly t: number; readonly text: string; readonly type?: string }): void {
    const { t, type, text } = event;
    if (type === 'paused' || type === 'resumed') {
      this.#report({ kind: type, t });
    } else if (type === 'dtmf') {
      const sent = readMessage('caller', text);
      if (!('message' in sent) || sent.message.type !== 'dtmf') return;
      this.#keyAtMs = t;
      this.#report({ kind: 'key', t, digit: sent.message.parameters.digit });
    }
  }
}

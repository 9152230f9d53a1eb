import { decodeServerMessage, readEntity, type WireEvent } from '@hookline/protocol';
import { laneOf, readMessage, type TraceRow, type Vantage } from '@hookline/trace';
import type { Mark } from '../messages.js';

/** Bot audio that comes this soon after the last was meant to follow without a gap. */
const GAP_MS = 500;

/** Finds in the events of a call what is marked on its lanes. */
export class MarkDetector {
  readonly #vantage: Vantage;
  readonly #report: (mark: Mark) => void;
  readonly #replyMs: (since: number, t: number) => number | undefined;
  #playing: Extract<Mark, { kind: 'playback' }> | undefined;
  #count = 0;
  /** When the playback before ran dry. */
  #ranDryAtMs: number | undefined;
  #endedAtMs = 0;
  #playbackRow: Extract<WireEvent | TraceRow, { kind: 'playback' }> | undefined;

  /**
   * @param report - takes each mark; a playback comes again when it is over
   * @param replyMs - the time since the caller last spoke, in a stretch
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

  /** The caller begins to hear the bot. */
  onPlaybackStarted(t: number): void {
    if (this.#playing) return;
    const reply = this.#replyMs(this.#endedAtMs, t);
    const gap = this.#ranDryAtMs !== undefined && t - this.#ranDryAtMs > 0 && t - this.#ranDryAtMs <= GAP_MS;
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

  /** The caller no longer hears the bot. */
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

  /** A message, or anything else that is no audio. */
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

  /** The same for the rows of a trace, which has no other word of playbacks. */
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
      this.#report({ kind: 'key', t, digit: sent.message.parameters.digit });
    }
  }
}

import { decodeServerMessage, readEntity, type WireEvent } from '@hookline/protocol';
import { laneOf, readMessage, type TraceRow, type Vantage } from '@hookline/trace';
import type { Mark } from '../messages.js';

/** Bot audio that comes this soon after the last was meant to follow without a gap. */
const GAP_MS = 500;

/** Finds in the events of a call what is marked on its lanes. */
export class Marks {
  readonly #vantage: Vantage;
  readonly #tell: (mark: Mark) => void;
  readonly #replyMs: (since: number, t: number) => number | undefined;
  #playing: Extract<Mark, { kind: 'playback' }> | undefined;
  #count = 0;
  /** When the playback before ran dry. */
  #dryAtMs: number | undefined;
  #endedAtMs = 0;
  #heard: Extract<WireEvent | TraceRow, { kind: 'playback' }> | undefined;

  /**
   * @param tell - takes each mark; a playback comes again when it is over
   * @param replyMs - the time since the caller last spoke, in a stretch
   */
  constructor(
    vantage: Vantage,
    tell: (mark: Mark) => void,
    replyMs: (since: number, t: number) => number | undefined,
  ) {
    this.#vantage = vantage;
    this.#tell = tell;
    this.#replyMs = replyMs;
  }

  /** The caller begins to hear the bot. */
  started(t: number): void {
    if (this.#playing) return;
    const reply = this.#replyMs(this.#endedAtMs, t);
    const gap = this.#dryAtMs !== undefined && t - this.#dryAtMs > 0 && t - this.#dryAtMs <= GAP_MS;
    this.#playing = {
      kind: 'playback',
      n: this.#count,
      from: t,
      ...(reply === undefined ? {} : { replyMs: reply }),
      underruns: gap ? 1 : 0,
    };
    this.#count += 1;
    this.#tell(this.#playing);
  }

  /** The caller no longer hears the bot. */
  completed(
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
    this.#dryAtMs = ended === 'completed' ? t : undefined;
    this.#tell({
      ...playing,
      to: t,
      ...(heardMs === undefined ? {} : { heardMs }),
      ...(droppedMs === undefined ? {} : { cutMs: droppedMs }),
      ...(ended === undefined ? {} : { ended }),
    });
  }

  /** A message, or anything else that is no audio. */
  event(event: WireEvent | TraceRow): void {
    if (event.kind !== 'message') return;
    const { t, type } = event;
    if (laneOf(this.#vantage, event.dir) === 'caller') this.#said(event);
    else if (type === 'event') {
      const decoded = decodeServerMessage(event.text);
      if (decoded.kind !== 'message' || decoded.message.type !== 'event') return;
      const { entities } = decoded.message.parameters;
      if (entities.some((entity) => readEntity(entity).kind === 'barge_in'))
        this.#tell({ kind: 'bargeIn', t });
    }
  }

  /** The same for the rows of a trace, which has no other word of playbacks. */
  row(row: TraceRow): void {
    if (row.kind === 'playback') {
      this.#heard = row;
      if (row.ended === 'disconnected') this.completed(row.t, row);
      return;
    }
    const fromClient = row.kind === 'message' && laneOf(this.#vantage, row.dir) === 'caller';
    if (fromClient && row.type === 'playback_started') this.started(row.t);
    if (fromClient && row.type === 'playback_completed') {
      this.completed(this.#heard?.t ?? row.t, this.#heard ?? {});
    }
    this.#heard = undefined;
    if (row.kind === 'end') this.completed(row.t, { ended: 'disconnected' });
    this.event(row);
  }

  #said(event: { readonly t: number; readonly text: string; readonly type?: string }): void {
    const { t, type, text } = event;
    if (type === 'paused' || type === 'resumed') {
      this.#tell({ kind: type, t });
    } else if (type === 'dtmf') {
      const sent = readMessage('caller', text);
      if (!('message' in sent) || sent.message.type !== 'dtmf') return;
      this.#tell({ kind: 'key', t, digit: sent.message.parameters.digit });
    }
  }
}

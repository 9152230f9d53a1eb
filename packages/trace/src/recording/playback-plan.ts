import { sampleBytes } from '@hookline/audio';
import { readEntity } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from '../format/header.js';
import { type AudioRow, rowEndMs, type TraceRow } from '../format/row.js';
import { type CallMedia, createCallMedia, headerMedia } from '../message/call-media.js';
import { type HoldChange, HoldTracker } from '../message/hold-tracker.js';
import { readMessage, type SentMessage } from '../message/read-message.js';
import { laneOf } from '../vantage.js';

/** A part of `bot.raw` that the caller heard from `t` on, as estimated from the playback messages. */
export interface PlannedPiece {
  readonly t: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Estimates what the caller heard, for a vantage without the client's playback: the bot's audio in order, from each
 * `playback_started` to its `playback_completed`, without audio that a barge-in dropped. A hold divides a playback: the
 * client plays nothing meanwhile, and goes on afterwards.
 *
 * @param botBytes - the length of `bot.raw`, which no piece exceeds
 */
export function planPlayback(
  header: TraceHeader,
  rows: readonly TraceRow[],
  botBytes: number,
): PlannedPiece[] {
  checkArgument('TRACE_BAD_OPTION', 'planPlayback: header', header, 'object');
  checkArgument('TRACE_BAD_OPTION', 'planPlayback: rows', rows, 'list');
  const media = createCallMedia(headerMedia(header));
  const queue = new BotQueue(media, botBytes);
  for (const row of rows) {
    if (row.kind === 'audio' && laneOf(header.vantage, row.dir) === 'bot') queue.add(row);
    if (row.kind === 'end') queue.stop(row.t);
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    media.see(sent);
    queue.message(row.t, sent);
  }
  queue.stop(rows.reduce((last, row) => Math.max(last, rowEndMs(row)), 0));
  return queue.pieces;
}

/** Audio that crosses the client's report of an empty buffer by up to this time counts as played. */
const GRACE_MS = 200;

class BotQueue {
  readonly pieces: PlannedPiece[] = [];
  readonly #media: CallMedia;
  readonly #botBytes: number;
  /** Offset in `bot.raw` of the first byte that was neither heard nor dropped. */
  #from = 0;
  #until = 0;
  #playingSince: number | undefined;
  readonly #holds = new HoldTracker();
  /** Since when the current playback has been on hold, if it is. */
  #frozenAt: number | undefined;
  /** The earliest end of a hold in the current playback, if only the latest is known. */
  #resumedAfter: number | undefined;
  /** The barge-in that the client has not confirmed yet: what it drops, and its `seq`. */
  #bargeIn: { readonly until: number; readonly seq: number } | undefined;

  constructor(media: CallMedia, botBytes: number) {
    this.#media = media;
    this.#botBytes = botBytes;
  }

  add(row: AudioRow): void {
    this.#until = Math.max(this.#until, Math.min(row.offset + row.bytes, this.#botBytes));
  }

  message(t: number, sent: SentMessage): void {
    if (!('message' in sent)) return;
    if (sent.lane === 'bot') this.#holds.onBotMessage(sent.message);
    else this.#hold(t, this.#holds.onCallerMessage(sent.message));
    const { message } = sent;
    switch (message.type) {
      case 'playback_started':
        this.#apply(message.serverseq);
        this.#playingSince ??= t;
        break;
      case 'playback_completed':
        if (this.#resumedAfter === undefined || this.#bargeIn) this.stop(t);
        else this.#playedToEnd(t, this.#resumedAfter);
        this.#apply(message.serverseq);
        break;
      case 'event':
        if (message.parameters.entities.some((entity) => readEntity(entity).kind === 'barge_in')) {
          this.#bargeIn = { until: this.#until, seq: message.seq };
        }
        break;
      case 'close':
        this.stop(t);
        break;
    }
  }

  /** Ends the current playback, if any. */
  stop(t: number): void {
    this.#frozenAt = undefined;
    this.#resumedAfter = undefined;
    this.#played(t, GRACE_MS);
  }

  /** A hold starts or ends. */
  #hold(t: number, change: HoldChange | undefined): void {
    if (change?.type === 'hold' && this.#playingSince !== undefined) {
      this.#frozenAt = t;
      this.#played(t, 0);
    } else if (change?.type === 'unhold' && this.#frozenAt !== undefined) {
      if (!change.isExact) this.#resumedAfter ??= this.#frozenAt;
      this.#frozenAt = undefined;
      this.#playingSince = t;
    }
  }

  /** The buffer ran empty at `t`, so the rest was played until then, from after a hold whose end is not known. */
  #playedToEnd(t: number, resumedAfter: number): void {
    const leftMs = this.#media.lastsMs('bot', this.#until - this.#from);
    this.#playingSince = Math.max(resumedAfter, Math.min(this.#playingSince ?? t, t - leftMs));
    this.stop(t);
  }

  /** @param graceMs - what may be left at `t` and counts as played */
  #played(t: number, graceMs: number): void {
    const since = this.#playingSince;
    this.#playingSince = undefined;
    if (since === undefined) return;
    // Audio after a barge-in arrives after it, so it does not belong to the playback that the barge-in stops.
    const left = (this.#bargeIn?.until ?? this.#until) - this.#from;
    const leftMs = this.#media.lastsMs('bot', left);
    const passedMs = Math.max(0, t - since);
    const length =
      leftMs <= passedMs + graceMs && !this.#bargeIn ? left : this.#bytes(Math.min(leftMs, passedMs));
    if (length > 0) this.pieces.push({ t: since, offset: this.#from, length });
    this.#from += length;
  }

  /** A message whose `serverseq` is older than the barge-in refers to the playback that the barge-in stops (DECISIONS.md #36). */
  #apply(serverseq: number): void {
    if (!this.#bargeIn || serverseq < this.#bargeIn.seq) return;
    this.#from = this.#bargeIn.until;
    this.#bargeIn = undefined;
  }

  /** The bytes of `ms` of bot audio, in whole samples. */
  #bytes(ms: number): number {
    const { format, rate } = this.#media.media;
    return Math.floor((ms * rate) / 1000) * sampleBytes(format);
  }
}

import { type ByteOrder, decodeMulaw, SAMPLES_PER_MS } from '@hookline/audio';
import { durationToMs, type MediaParameter } from '@hookline/protocol';
import type { OptionNames } from '@hookline/runtime';
import type { LadderEvent } from '../ladder/row.js';
import { type CallMedia, createCallMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { samplesOf } from './samples.js';
import { MAX_RECORDING_MS } from './stereo-lanes.js';

/** Times are fractions, positions are integers: rounding may separate adjacent pieces by this many samples. */
const JOIN_SAMPLES = 2;

/** How far a reported gap may move the caller's stream ahead of the elapsed time before it is ignored. */
const AHEAD_MS = 1000;

/** Options of a recording. */
export interface RecordingOptions {
  /** Default `client`. */
  readonly vantage?: Vantage;
  /** The media until `opened` selects it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
  /** The byte order of L16; default `le`. */
  readonly byteOrder?: ByteOrder;
}

/** The names of all options. */
export const RECORDING_OPTIONS: OptionNames<RecordingOptions> = {
  vantage: true,
  media: true,
  byteOrder: true,
};

/** Samples, and their position on the time base of the recording. */
export interface Placed {
  readonly lane: Lane;
  /** In samples since the start of the stream. */
  readonly at: number;
  readonly samples: Int16Array;
}

/**
 * Places both sides of a call on a common time base, whose 0 is the start of the caller's stream. Caller audio is placed
 * by order and duration, bot audio by its time.
 *
 * The stream starts with `opened`, or earlier: what the caller said while the bot delayed `opened` is then sent in a
 * burst, faster than real time, so the time at which a frame arrives only shows when its audio was spoken at the latest.
 * The earliest start that follows from the frames up to the first audio of the bot counts.
 */
export class CallTimeline {
  readonly #vantage: Vantage;
  readonly #byteOrder: ByteOrder;
  readonly #media: CallMedia;
  #openedAt: number | undefined;
  #beganAt: number | undefined;
  /** Whether bot audio was placed: from then on the time base does not move. */
  #isFixed = false;
  #callerEnd = 0;
  #botEnd = 0;

  constructor(options: RecordingOptions) {
    this.#vantage = options.vantage ?? 'client';
    this.#byteOrder = options.byteOrder ?? 'le';
    this.#media = createCallMedia(options.media);
  }

  /** Reads the start and the media of the stream from `opened`, and its gaps from `resumed` and `discarded`. */
  event(event: LadderEvent): void {
    if (event.kind !== 'message') return;
    if (event.type !== 'opened' && event.type !== 'resumed' && event.type !== 'discarded') return;
    const sent = readMessage(laneOf(this.#vantage, event.dir), event.text);
    if (!('message' in sent)) return;
    const { message } = sent;
    if (message.type === 'opened') {
      this.#openedAt ??= event.t;
      this.#media.see(sent);
    } else if (message.type === 'resumed' || message.type === 'discarded') {
      const passed = event.t - (this.#beganAt ?? this.#openedAt ?? event.t);
      this.#skip(durationToMs(message.parameters.discarded) ?? 0, passed, message.type === 'resumed');
    }
  }

  /** The time of the start of the recording, as far as it is known; undefined before `opened` and any audio. */
  get beganAt(): number | undefined {
    return this.#beganAt ?? this.#openedAt;
  }

  /** The next frame of the caller. */
  caller(t: number, bytes: Uint8Array): Placed {
    const samples = samplesOf('caller', bytes, this.#media.media, this.#byteOrder);
    const at = this.#callerEnd;
    this.#callerEnd = at + samples.length;
    this.#beganBy(t - this.#callerEnd / SAMPLES_PER_MS);
    return { lane: 'caller', at, samples };
  }

  /** A piece of bot audio that the client reported as heard from `t` on, 8 kHz µ-law. */
  heard(t: number, mulaw: Uint8Array): Placed {
    return this.#bot(t, decodeMulaw(mulaw));
  }

  /** A piece of bot audio as on the wire that the caller is estimated to have heard from `t` on. */
  estimated(t: number, bytes: Uint8Array): Placed {
    return this.#bot(t, samplesOf('bot', bytes, this.#media.media, this.#byteOrder));
  }

  #bot(t: number, samples: Int16Array): Placed {
    this.#fix(t);
    const wanted = Math.max(0, Math.round((t - (this.#beganAt ?? t)) * SAMPLES_PER_MS));
    const at = wanted - this.#botEnd <= JOIN_SAMPLES ? this.#botEnd : wanted;
    // Audio with an impossible time is ignored, so that it does not move later audio.
    if (!(at <= MAX_RECORDING_MS * SAMPLES_PER_MS)) return { lane: 'bot', at: Number.NaN, samples };
    this.#botEnd = at + samples.length;
    return { lane: 'bot', at, samples };
  }

  /** The stream of the caller started at `startAt` or earlier. */
  #beganBy(startAt: number): void {
    if (this.#isFixed || !Number.isFinite(startAt)) return;
    // From the vantage of the bot, the stream starts with its first frame, so that latency shifts both sides equally.
    const opened = this.#vantage === 'client' ? this.#openedAt : undefined;
    // A burst before `opened` is at most all audio that was received. A trace may contain any times.
    const earliest = opened === undefined ? startAt : opened - this.#callerEnd / SAMPLES_PER_MS;
    this.#beganAt = Math.min(this.#beganAt ?? opened ?? startAt, Math.max(startAt, earliest));
  }

  /** Bot audio at `t` is about to be placed, possibly before all audio of the caller. */
  #fix(t: number): void {
    if (!Number.isFinite(t)) return;
    const openedAt = this.#openedAt ?? t;
    this.#beganAt ??= this.#vantage === 'client' ? openedAt : Math.max(openedAt, t);
    this.#isFixed = true;
  }

  #skip(lostMs: number, passedMs: number, resumed: boolean): void {
    // A client that lost no audio stopped its stream during the pause, while time continued.
    const end =
      resumed && lostMs === 0 ? passedMs * SAMPLES_PER_MS : this.#callerEnd + lostMs * SAMPLES_PER_MS;
    // What was skipped before the first audio may be older than the recording.
    const aheadMs = this.#callerEnd === 0 ? 0 : AHEAD_MS;
    const limitedEnd = Math.min(end, (passedMs + aheadMs) * SAMPLES_PER_MS);
    this.#callerEnd = Math.max(this.#callerEnd, Math.round(limitedEnd));
  }
}

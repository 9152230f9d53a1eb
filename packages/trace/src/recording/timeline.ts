import { type ByteOrder, decodeMulaw, SAMPLES_PER_MS } from '@hookline/audio';
import { durationToMs, type MediaParameter } from '@hookline/protocol';
import type { OptionNames } from '@hookline/runtime';
import type { LadderEvent } from '../ladder/row.js';
import { type CallMedia, createCallMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { samplesOf } from './samples.js';
import { MAX_RECORDING_MS } from './stereo-lanes.js';

/** Times are fractions, positions are not: pieces that meet may seem to miss each other by a rounding. */
const JOIN_SAMPLES = 2;

/** How far the stream of a caller may be ahead of the time that has passed, before it is not believed. */
const AHEAD_MS = 1000;

/** What a recording needs to know of its call. */
export interface RecordingOptions {
  /** Default `client`. */
  readonly vantage?: Vantage;
  /** What audio is until `opened` says it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
  /** Of L16; default `le`. */
  readonly byteOrder?: ByteOrder;
}

/** Every option that there is. */
export const RECORDING_OPTIONS: OptionNames<RecordingOptions> = {
  vantage: true,
  media: true,
  byteOrder: true,
};

/** Samples, and where they begin on the time base of the recording. */
export interface Placed {
  readonly lane: Lane;
  /** In samples since the stream began. */
  readonly at: number;
  readonly samples: Int16Array;
}

/**
 * Puts both sides of a call on one time base, whose 0 is when the stream began: at `opened`, seen by the client.
 * Caller audio is placed by order, since frames are as long as they are, whenever they arrive.
 */
export class CallTimeline {
  readonly #vantage: Vantage;
  readonly #byteOrder: ByteOrder;
  readonly #media: CallMedia;
  #openedAt: number | undefined;
  #beganAt: number | undefined;
  #callerEnd = 0;
  #botEnd = 0;

  constructor(options: RecordingOptions) {
    this.#vantage = options.vantage ?? 'client';
    this.#byteOrder = options.byteOrder ?? 'le';
    this.#media = createCallMedia(options.media);
  }

  /** Learns from `opened` where the stream begins and what it is, from `resumed` and `discarded` where it has gaps. */
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

  /** The next frame of the caller. */
  caller(t: number, bytes: Uint8Array): Placed {
    const samples = samplesOf('caller', bytes, this.#media.media, this.#byteOrder);
    this.#begin(t - samples.length / SAMPLES_PER_MS);
    const at = this.#callerEnd;
    this.#callerEnd = at + samples.length;
    return { lane: 'caller', at, samples };
  }

  /** A piece of bot audio that the caller heard from `t` on, 8 kHz µ-law as the client tells it. */
  heard(t: number, mulaw: Uint8Array): Placed {
    return this.#bot(t, decodeMulaw(mulaw));
  }

  /** A piece of bot audio as on the wire, which the caller seems to have heard from `t` on. */
  estimated(t: number, bytes: Uint8Array): Placed {
    return this.#bot(t, samplesOf('bot', bytes, this.#media.media, this.#byteOrder));
  }

  #bot(t: number, samples: Int16Array): Placed {
    const wanted = Math.max(0, Math.round((t - this.#begin(t)) * SAMPLES_PER_MS));
    const at = wanted - this.#botEnd <= JOIN_SAMPLES ? this.#botEnd : wanted;
    // A time that cannot be is not placed, and moves nothing that comes later.
    if (!(at <= MAX_RECORDING_MS * SAMPLES_PER_MS)) return { lane: 'bot', at: Number.NaN, samples };
    this.#botEnd = at + samples.length;
    return { lane: 'bot', at, samples };
  }

  /** Seen by the bot, the stream began when its first frame did: latency then shifts both sides alike. */
  #begin(firstAt: number): number {
    if (!Number.isFinite(firstAt)) return this.#beganAt ?? firstAt;
    const openedAt = this.#openedAt ?? firstAt;
    this.#beganAt ??= this.#vantage === 'client' ? openedAt : Math.max(openedAt, firstAt);
    return this.#beganAt;
  }

  #skip(lostMs: number, passedMs: number, resumed: boolean): void {
    // A client that loses nothing has stopped its stream during the pause; time went on.
    const end =
      resumed && lostMs === 0 ? passedMs * SAMPLES_PER_MS : this.#callerEnd + lostMs * SAMPLES_PER_MS;
    const believed = Math.min(end, (passedMs + AHEAD_MS) * SAMPLES_PER_MS);
    this.#callerEnd = Math.max(this.#callerEnd, Math.round(believed));
  }
}

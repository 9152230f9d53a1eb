import { type ByteOrder, sampleBytes } from '@hookline/audio';
import { bytesPerMs, MEDIA_RATE, type MediaParameter } from '@hookline/protocol';
import { type Clock, holdClock, type OnError, type Ticker } from '@hookline/runtime';
import type { CallEnded } from '../session/call-ended.js';
import type { Counters } from '../session/call-stats.js';
import type { AnswerPace } from '../user-code/answer-pace.js';
import { inContext } from '../user-code/async-context.js';
import { guard } from '../user-code/guard.js';
import { checkFunction } from '../user-code/user-code-check.js';
import {
  type CallerAudio,
  type CallerOptions,
  type CallerShape,
  type ConvertedShape,
  callerShape,
} from './caller-audio.js';
import { callerConverter } from './caller-converter.js';
import { CallerReader } from './caller-reader.js';
import { GapFiller } from './gap-filler.js';
import { type ChunkMemory, HeldAudio } from './held-audio.js';
import { AudioTaps } from './taps.js';

/** The parts of a call that a feed uses. */
export interface CallerFeedOptions {
  readonly host: {
    readonly byteOrder: ByteOrder;
    readonly clock: Clock;
    readonly ticker: Ticker;
    /** How much audio is buffered for the first reader, and for a slow loop, in milliseconds. */
    readonly holdCallerAudioMs: number;
    readonly heldMemory: ChunkMemory;
    readonly limits: { readonly maxTapMs: number };
  };
  readonly session: {
    readonly counters: Counters;
    /** The position of the caller's stream. */
    readonly positionMs: number;
    /** Whether so much more caller audio is within the limit on the client's speed. Counts it if so. */
    admits(ms: number): boolean;
  };
  readonly media: MediaParameter;
  /** Where the frames come from. */
  readonly frames: {
    /** Whether `push` is called for frames. */
    feeding: boolean;
  };
  /** Handles errors of readers. */
  readonly onThrow: OnError;
  readonly pace: AnswerPace;
}

const NO_READERS: readonly CallerReader[] = [];

/** Provides the caller's audio to readers, each in its own format, and buffers it for the first of them. */
export class CallerFeed {
  readonly #options: CallerFeedOptions;
  /** Undefined after the first reader was added, or once the hold time has passed without one. */
  #held: HeldAudio | undefined;
  /** Frames that were buffered and dropped before there was a reader. */
  #unread = 0;
  #readers: readonly CallerReader[] = NO_READERS;
  #filler: GapFiller | undefined;
  #paused = false;
  #ended: CallEnded | undefined;

  constructor(options: CallerFeedOptions) {
    this.#options = options;
    if (options.host.holdCallerAudioMs > 0) this.#held = this.#buffer(options.host.holdCallerAudioMs);
  }

  /** @throws HooklineError `SERVER_BAD_OPTION` */
  open(options: CallerOptions): CallerAudio {
    const shape = callerShape(options);
    return {
      onAudio: (listener) => {
        checkFunction('caller: listener', listener ?? null);
        const { onThrow } = this.#options;
        const bound = inContext(listener);
        return this.#add(shape, (bytes, atMs) => guard(bound, bytes, atMs, onThrow));
      },
      [Symbol.asyncIterator]: () => this.#iterate(shape),
    };
  }

  /** Adds an internal listener in the format of the call. It must not throw. */
  addInternal(listener: (bytes: Uint8Array, atMs: number) => void): void {
    this.#add({ format: 'call', rate: MEDIA_RATE, fills: false }, listener);
  }

  /** A frame of the call. Returns whether the next one is needed. */
  push(bytes: Uint8Array, atMs: number): boolean {
    if (this.#held) this.#hold(this.#held, bytes, atMs);
    const readers = this.#readers;
    for (let index = 0; index < readers.length; index++) readers[index]?.push(bytes, atMs);
    return this.#held !== undefined || this.#readers.length > 0;
  }

  /** The client has stopped sending audio. */
  paused(): void {
    this.#paused = true;
    this.#filler?.paused(this.#options.session.positionMs);
  }

  resumed(): void {
    this.#paused = false;
    this.#filler?.resumed();
  }

  /** The client reported audio that it did not send. */
  gap(startMs: number, discardedMs: number): void {
    this.#filler?.gap(startMs, discardedMs);
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    this.#ended = ended;
    this.#held = undefined;
    this.#filler?.end();
    for (const reader of this.#readers) reader.end();
  }

  /** Returns a buffer for so much audio. */
  #buffer(ms: number): HeldAudio {
    const { host, media } = this.#options;
    return new HeldAudio(ms * bytesPerMs(media), host.heldMemory);
  }

  /**
   * Buffers a frame. Drops the whole buffer if it overflows before there is a reader: keeping it for the whole call
   * would take more memory than the rest of the call.
   */
  #hold(held: HeldAudio, bytes: Uint8Array, atMs: number): void {
    held.push(bytes, atMs);
    if (held.dropped === 0) return;
    this.#unread = held.frames + held.dropped;
    this.#held = undefined;
  }

  #add(
    shape: CallerShape,
    deliver: (bytes: Uint8Array, atMs: number) => void,
    onEnd?: () => void,
  ): () => void {
    if (this.#ended) return () => {};
    const { media, host, session, onThrow } = this.#options;
    const { byteOrder, clock, holdCallerAudioMs, limits } = host;
    const pending = callerConverter(media, byteOrder, shape);
    const holdMs = Math.max(holdCallerAudioMs, limits.maxTapMs);
    const early = this.#held ?? this.#buffer(holdMs);
    this.#held = undefined;
    session.counters.droppedTapFrames += this.#unread;
    this.#unread = 0;
    const ready = pending instanceof Promise ? holdClock(clock, pending) : pending;
    const reader = new CallerReader(ready, early, { fills: shape.fills, deliver, onEnd, onError: onThrow });
    this.#readers = [...this.#readers, reader];
    this.#options.frames.feeding = true;
    if (shape.fills) this.#fillGaps();
    return () => {
      this.#readers = this.#readers.filter((other) => other !== reader);
      reader.close();
    };
  }

  #iterate(shape: ConvertedShape): AsyncIterableIterator<Uint8Array> {
    const { host, session, pace } = this.#options;
    if (this.#ended) return pace.ended(this.#ended);
    const perMs = sampleBytes(shape.format) * (shape.rate / 1000);
    const holdMs = host.holdCallerAudioMs + host.limits.maxTapMs;
    const taps = new AudioTaps(holdMs * perMs, session.counters, pace);
    const tap = taps[Symbol.asyncIterator]();
    const close = async (): Promise<IteratorResult<Uint8Array>> =>
      (await tap.return?.()) ?? { done: true, value: undefined };
    const end = () => {
      if (this.#ended) taps.end(this.#ended);
    };
    const off = this.#add(shape, (bytes) => taps.push(bytes), end);
    return {
      next: () => tap.next(),
      return: () => {
        off();
        return close();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #fillGaps(): void {
    if (this.#filler) return;
    const { host, media, session } = this.#options;
    const fill = (bytes: Uint8Array, atMs: number) => {
      for (const reader of this.#readers) if (reader.fills) reader.push(bytes, atMs);
    };
    this.#filler = new GapFiller(host.clock, host.ticker, media, fill, (ms) => session.admits(ms));
    if (this.#paused) this.#filler.paused(session.positionMs);
  }
}

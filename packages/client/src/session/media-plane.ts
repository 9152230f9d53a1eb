import { fromMulaw, type SampleFormat, toMulaw } from '@hookline/audio';
import { MAX_BOT_BUFFER_MS, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { Background } from '../media/background.js';
import type { CallerSource } from '../media/caller-source.js';
import { CallerStream, type Gap } from '../media/caller-stream.js';
import type { InternalChannel } from '../media/internal-channel.js';
import type { SendLateness } from '../media/send-lateness.js';
import { BotAudioFeed } from '../playback/bot-audio-feed.js';
import { Playback, type PlaybackEnd } from '../playback/playback.js';
import type { LateOpened } from './options.js';

/** What the media plane of a session is made of. */
export interface MediaPlaneOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  readonly byteOrder: 'le' | 'be';
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  /** What becomes of what the caller says before the session is open; undefined: they begin when it is. */
  readonly lateOpened: LateOpened | undefined;
  readonly background: Background | undefined;
  /** The second channel; undefined where the call has one. */
  readonly internal: InternalChannel | undefined;
  /** How late the next frame of the caller leaves. */
  readonly frameDelayMs: () => number;
}

/** Learns what the media plane does, in order. Times are in milliseconds since dialling. */
export interface MediaPlaneListener {
  /** A frame in the negotiated format is to be sent; `lateMs` after its time, undefined for one that was held. */
  send(frame: Uint8Array, lateMs: number | undefined): void;
  /** The caller said something, 8 kHz µ-law; not called for filled-in silence. */
  said(frame: Uint8Array): void;
  /** Audio of the bot arrived, as 8 kHz µ-law. */
  received(mulaw: Uint8Array): void;
  playbackStarted(atMs: number): void;
  playbackCompleted(end: PlaybackEnd): void;
  /** What the caller hears, 8 kHz µ-law; called only if somebody listens. */
  heard?: ((atMs: number, bytes: Uint8Array) => void) | undefined;
  callerDone(): void;
  callerFailed(text: string): void;
}

/** Audio both ways: the caller's to the bot in real time, the bot's to the caller as a telephone plays it. */
export class MediaPlane {
  readonly botAudio: BotAudioFeed;
  readonly #options: MediaPlaneOptions;
  readonly #listener: MediaPlaneListener;
  readonly #caller: CallerStream;
  readonly #playback: Playback;
  #format: SampleFormat = { format: 'PCMU', byteOrder: 'le' };
  #cancelDry: Cancel | undefined;
  #cutMs = 0;
  #stopped = false;

  constructor(options: MediaPlaneOptions, listener: MediaPlaneListener) {
    this.#options = options;
    this.#listener = listener;
    this.botAudio = new BotAudioFeed({ ...options, advance: () => this.advance() });
    this.#playback = new Playback(
      {
        started: (atMs) => listener.playbackStarted(atMs),
        heard: (atMs, bytes) => {
          listener.heard?.(atMs, bytes);
          this.botAudio.heard(atMs, bytes);
        },
        completed: (end) => listener.playbackCompleted(end),
      },
      MAX_BOT_BUFFER_MS,
    );
    this.#caller = new CallerStream({
      ...options,
      send: (frame, isSilence, lateMs) => {
        const { background, internal } = options;
        const position = this.#caller.position - frame.length;
        const sent = background ? background.behind(frame, position) : frame;
        listener.send(
          internal ? internal.interleave(sent, position, this.#format) : fromMulaw(sent, this.#format),
          lateMs,
        );
        if (!isSilence) listener.said(frame);
      },
      tick: () => {
        if (listener.heard) this.advance();
      },
      exhausted: () => listener.callerDone(),
      failed: (text) => listener.callerFailed(text),
    });
  }

  /** The stream position, in samples. */
  get position(): number {
    return this.#caller.position;
  }

  get playing(): boolean {
    return this.#playback.playing;
  }

  get bufferedMs(): number {
    return this.#playback.bufferedMs;
  }

  /** Bot audio played so far. */
  get heardMs(): number {
    this.advance();
    return this.#playback.heardMs;
  }

  /** Bot audio that the end of the call cut. */
  get cutMs(): number {
    return this.#cutMs;
  }

  get callerLateMs(): number {
    return this.#caller.lateMs;
  }

  /** How late frames of caller audio left; undefined when none did. */
  get sendLate(): SendLateness | undefined {
    return this.#caller.sendLate;
  }

  /** Lets the caller say something, after what is still to be said. */
  say(source: CallerSource, done: () => void): void {
    this.#caller.say(source, done);
  }

  /** `open` is sent: the caller begins to talk. */
  connected(): void {
    if (this.#options.lateOpened !== undefined) this.#caller.hold();
  }

  /** The session is open. Returns what of the caller's audio was passed over; `flow` sends what was not. */
  start(media: MediaParameter | undefined, discardMs: number, paused: boolean): Gap {
    this.#format = { format: media?.format ?? 'PCMU', byteOrder: this.#options.byteOrder };
    this.botAudio.start();
    const discardHeld = this.#options.lateOpened === 'discard' && !paused;
    const passedOver = this.#caller.start({ discardMs, discardHeld });
    if (paused) this.#caller.pause();
    return passedOver;
  }

  /** The caller's audio flows, unless it is paused or the bot wants none. */
  flow(media: MediaParameter | undefined): void {
    this.#caller.flow(media === undefined);
  }

  pauseCaller(): void {
    this.#caller.pause();
  }

  resumeCaller(): Gap {
    return this.#caller.resume();
  }

  /** Takes audio of the bot. Returns false when more would wait than may. */
  push(bytes: Uint8Array): boolean {
    if (this.#stopped) return true;
    const mulaw = toMulaw(bytes, this.#format);
    const taken = this.#playback.push(mulaw, this.#options.t());
    this.#listener.received(mulaw);
    this.#watchDry();
    return taken;
  }

  hold(): void {
    this.#playback.hold(this.#options.t());
  }

  unhold(): void {
    this.#playback.unhold(this.#options.t());
    this.#watchDry();
  }

  /** Barge-in. Returns the duration of the dropped audio in milliseconds. */
  flush(): number {
    // What comes next runs dry sooner than what was dropped would have.
    this.#cancelDry?.();
    this.#cancelDry = undefined;
    return this.#playback.flush(this.#options.t(), 'bargeIn');
  }

  /** Brings the playback up to now. */
  advance(): void {
    this.#playback.advance(this.#options.t());
  }

  /** Ends caller audio; bot audio continues. */
  stopCaller(): void {
    this.#caller.stop();
  }

  /** Ends all audio and drops the queued audio. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#caller.stop();
    this.#cancelDry?.();
    this.#cutMs = this.#playback.flush(this.#options.t(), 'disconnected');
    this.botAudio.end();
  }

  /** One deadline at a time: it moves only when it is reached, however often audio comes. */
  #watchDry(): void {
    const dryAtMs = this.#playback.dryAtMs;
    if (this.#cancelDry || dryAtMs === undefined) return;
    const { clock, ticker, t } = this.#options;
    this.#cancelDry = ticker.at(clock.now() + dryAtMs - t(), () => {
      this.#cancelDry = undefined;
      this.advance();
      this.#watchDry();
    });
  }
}

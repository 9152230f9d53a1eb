import { BYTES_PER_MS, fromMulaw, type SampleFormat, toMulaw } from '@hookline/audio';
import { MAX_BOT_BUFFER_MS, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import type { Background } from '../media/background.js';
import type { CallerSource } from '../media/caller-source.js';
import { CallerStream, type Gap } from '../media/caller-stream.js';
import type { InternalChannel } from '../media/internal-channel.js';
import type { SendLateness } from '../media/send-lateness.js';
import { BotAudioFeed } from '../playback/bot-audio-feed.js';
import { type BegunSound, BotSound, SLICE_MS } from '../playback/bot-sound.js';
import { Playback, type PlaybackEnd } from '../playback/playback.js';
import type { LateOpened } from './options.js';

/** Options of the media plane. */
export interface MediaPlaneOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  readonly byteOrder: 'le' | 'be';
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  /** How caller audio from before the session is open is handled; undefined: the stream starts when it is open. */
  readonly lateOpened: LateOpened | undefined;
  readonly background: Background | undefined;
  /** The second channel; undefined if the call has only one. */
  readonly internal: InternalChannel | undefined;
  /** The delay of the next frame of the caller. */
  readonly frameDelayMs: () => number;
  /** Whether a sound of the bot would be a reply. */
  readonly awaitsReply: () => boolean;
}

/** Receives the events of the media plane in order. Times are in milliseconds since dialling. */
export interface MediaPlaneListener {
  /** Sends a frame in the negotiated format. `lateMs`: the delay after its due time, undefined for one that was held. */
  send(frame: Uint8Array, lateMs: number | undefined): void;
  /** Caller audio, 8 kHz µ-law; not called for inserted silence. `spokenToMs`: when its last sample was spoken, by the clock. */
  callerAudio(frame: Uint8Array, spokenToMs: number): void;
  /** All that the caller spoke up to a time, by the clock, was reported; Infinity when the caller's audio ends. */
  callerKnown(spokenToMs: number): void;
  /** Audio of the bot arrived, as 8 kHz µ-law. */
  received(mulaw: Uint8Array): void;
  playbackStarted(atMs: number): void;
  /**
   * The bot began to make sound: in a new playback, or after silence. Reported as soon as possible only if a reply is
   * awaited.
   */
  soundBegan(sound: BegunSound): void;
  playbackCompleted(end: PlaybackEnd): void;
  /** What the caller hears, 8 kHz µ-law; called only if there is a listener. */
  heard?: ((atMs: number, bytes: Uint8Array) => void) | undefined;
  callerDone(): void;
  callerFailed(text: string): void;
}

/** Audio in both directions: sends caller audio in real time, and plays bot audio like a telephone. */
export class MediaPlane {
  readonly botAudio: BotAudioFeed;
  readonly #options: MediaPlaneOptions;
  readonly #listener: MediaPlaneListener;
  readonly #caller: CallerStream;
  readonly #playback: Playback;
  readonly #sound = new BotSound();
  #format: SampleFormat = { format: 'PCMU', byteOrder: 'le' };
  #cancelDry: Cancel | undefined;
  #cancelSound: Cancel | undefined;
  #cutMs = 0;
  #stopped = false;

  constructor(options: MediaPlaneOptions, listener: MediaPlaneListener) {
    this.#options = options;
    this.#listener = listener;
    this.botAudio = new BotAudioFeed({ ...options, advance: () => this.advance() });
    this.#playback = new Playback(
      {
        started: (atMs, head) => {
          listener.playbackStarted(atMs);
          this.#sound.playbackStarted(atMs, head);
          this.#reportSound();
        },
        heard: (atMs, bytes) => {
          this.#sound.heard(atMs, bytes);
          listener.heard?.(atMs, bytes);
          this.botAudio.heard(atMs, bytes);
        },
        completed: (end) => {
          this.#sound.playbackCompleted();
          this.#reportSound();
          listener.playbackCompleted(end);
        },
      },
      MAX_BOT_BUFFER_MS,
    );
    this.#caller = new CallerStream({
      ...options,
      send: (frame, isSilence, lateMs, spokenToMs) => {
        const { background, internal } = options;
        const position = this.#caller.position - frame.length;
        const sent = background ? background.mixInto(frame, position) : frame;
        listener.send(
          internal ? internal.interleave(sent, position, this.#format) : fromMulaw(sent, this.#format),
          lateMs,
        );
        if (isSilence) return;
        listener.callerAudio(frame, spokenToMs);
        this.watchSound();
      },
      tick: (spokenToMs) => {
        if (listener.heard) this.advance();
        listener.callerKnown(spokenToMs);
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

  /** How long the bot has been silent, as the caller hears it: even if it sends silence. */
  get botSilentMs(): number {
    this.advance();
    return this.#sound.silentMs(this.#options.t(), this.playing);
  }

  /** The last sound that the bot began, as the caller hears it; undefined before the first. */
  get botSound(): BegunSound | undefined {
    this.advance();
    return this.#sound.begun;
  }

  /** Bot audio that the end of the call cut off. */
  get cutMs(): number {
    return this.#cutMs;
  }

  get callerLateMs(): number {
    return this.#caller.lateMs;
  }

  /** How late frames of caller audio were sent; undefined if none was sent. */
  get sendLate(): SendLateness | undefined {
    return this.#caller.sendLate;
  }

  /** Appends caller audio. */
  say(source: CallerSource, done: () => void): void {
    this.#caller.say(source, done);
  }

  /** `open` was sent: starts the caller's stream. */
  connected(): void {
    if (this.#options.lateOpened !== undefined) this.#caller.hold();
  }

  /** The session is open. Returns the skipped caller audio; `flow` sends the rest. */
  start(media: MediaParameter | undefined, discardMs: number, paused: boolean): Gap {
    this.#format = { format: media?.format ?? 'PCMU', byteOrder: this.#options.byteOrder };
    this.botAudio.start();
    const discardHeld = this.#options.lateOpened === 'discard' && !paused;
    const skipped = this.#caller.start({ discardMs, discardHeld });
    if (paused) this.#caller.pause();
    return skipped;
  }

  /** Starts to send caller audio, unless it is paused or the bot wants none. */
  flow(media: MediaParameter | undefined): void {
    this.#caller.flow(media === undefined);
  }

  pauseCaller(): void {
    this.#caller.pause();
  }

  resumeCaller(): Gap {
    return this.#caller.resume();
  }

  /**
   * Adds bot audio.
   *
   * @returns undefined, or the milliseconds that would be buffered if they exceed the limit: the audio is then not added
   */
  push(bytes: Uint8Array): number | undefined {
    if (this.#stopped) return undefined;
    const mulaw = toMulaw(bytes, this.#format);
    const taken = this.#playback.push(mulaw, this.#options.t());
    this.#listener.received(mulaw);
    this.#reportSound();
    this.#watchDry();
    this.watchSound();
    return taken ? undefined : this.bufferedMs + mulaw.length / BYTES_PER_MS;
  }

  hold(): void {
    this.#playback.hold(this.#options.t());
    this.#reportSound();
  }

  unhold(): void {
    this.#playback.unhold(this.#options.t());
    this.#watchDry();
    this.watchSound();
  }

  /** Barge-in. Returns the duration of the dropped audio in milliseconds. */
  flush(): number {
    // New audio may run empty sooner than the dropped audio would have.
    this.#cancelDry?.();
    this.#cancelDry = undefined;
    return this.#playback.flush(this.#options.t(), 'bargeIn');
  }

  /** Advances the playback to now. */
  advance(): void {
    this.#playback.advance(this.#options.t());
    this.#reportSound();
  }

  /** The caller gave input: watches for the bot's reply, because nothing else may advance the playback until its end. */
  watchSound(): void {
    if (this.#cancelSound || this.#stopped) return;
    if (this.#playback.dryAtMs === undefined || !this.#options.awaitsReply()) return;
    const { clock, ticker } = this.#options;
    this.#cancelSound = ticker.at(clock.now() + SLICE_MS, () => {
      this.#cancelSound = undefined;
      this.advance();
      this.watchSound();
    });
  }

  /** Reported here and not where it is heard: a listener may advance the playback, which must have finished that. */
  #reportSound(): void {
    const begun = this.#sound.takeBegun();
    if (begun) this.#listener.soundBegan(begun);
  }

  /** Ends caller audio; bot audio continues. */
  stopCaller(): void {
    this.#caller.stop();
    this.#listener.callerKnown(Number.POSITIVE_INFINITY);
  }

  /** Ends all audio and drops the queued audio. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.stopCaller();
    this.#cancelDry?.();
    this.#cancelSound?.();
    this.#cutMs = this.#playback.flush(this.#options.t(), 'disconnected');
    this.botAudio.end();
  }

  /** Uses one deadline, which moves only when it is reached, regardless of how often audio arrives. */
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

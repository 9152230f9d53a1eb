import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';
import type { Alarm, Clock, Ticker } from '@hookline/runtime';
import { type CallerSource, loadSource } from './caller-source.js';
import { LatenessCounts, type SendLateness } from './send-lateness.js';
import { SourceReader } from './source-reader.js';

/** Frames that are read ahead of the clock. */
const FRAMES_AHEAD = 3;
/**
 * How many times faster than real time sources are read, so that a bot that skips far ahead with `discardTo` does not
 * block the process while a generated source computes all of it. Meanwhile the caller is silent.
 */
const MAX_READ_SPEED = 50;
/** Caller audio that is held until the session is open, in milliseconds: what a platform may send in a burst. */
const MAX_HELD_MS = 10_000;

/** Options of a caller stream. */
export interface CallerStreamOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Caller audio in one frame, in whole milliseconds. */
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  /** The delay of the next frame; 0 without faults. */
  readonly frameDelayMs: () => number;
  /**
   * Sends a frame of 8 kHz µ-law when it is due. `lateMs`: the delay after its due time; undefined for a frame that was
   * held. `spokenToMs`: when its last sample was spoken, by the clock.
   */
  readonly send: (
    frame: Uint8Array,
    isSilence: boolean,
    lateMs: number | undefined,
    spokenToMs: number,
  ) => void;
  /** Called at each frame, sent or not, with when its last sample was spoken, by the clock. */
  readonly tick: (spokenToMs: number) => void;
  /** All caller audio was sent. */
  readonly exhausted: () => void;
  /** A source failed. */
  readonly failed: (text: string) => void;
}

/** A frame of full length, and how much of it is silence because a source was late, in bytes. */
interface TakenFrame {
  readonly audio: Uint8Array;
  readonly lateBytes: number;
}

/** Caller audio that was not sent, in samples. */
export interface Gap {
  readonly start: number;
  readonly discarded: number;
}

/**
 * Sends caller audio in real time: frame k at (k + 1) · frameMs after the start, because a platform cannot send audio
 * before it was spoken. Silence replaces a source that is late or has ended. (DECISIONS.md #30)
 *
 * The clock of the stream never stops: during a pause, caller audio is lost. (DECISIONS.md #35) The stream may start
 * before the session is open; its audio is then held until `opened`. (DECISIONS.md #50)
 */
export class CallerStream {
  readonly #options: CallerStreamOptions;
  readonly #reader: SourceReader;
  readonly #frameBytes: number;
  readonly #silence: Uint8Array;
  readonly #due: Alarm;
  /** When the sample at `#anchorPosition` is spoken. */
  #anchorMs = 0;
  #anchorPosition = 0;
  #dueMs = 0;
  #position = 0;
  /** The end of the audio taken from the sources: ahead of the position by held or skipped audio. */
  #takenTo = 0;
  #pausedAt: number | undefined;
  #muted = false;
  #lateBytes = 0;
  readonly #sendLate = new LatenessCounts();
  #running = false;
  /** Audio from before the session is open, from `#takenTo` backwards; undefined afterwards. */
  #held: TakenFrame[] | undefined;

  constructor(options: CallerStreamOptions) {
    this.#options = options;
    this.#frameBytes = options.frameMs * BYTES_PER_MS;
    this.#silence = new Uint8Array(this.#frameBytes).fill(MULAW_SILENCE);
    this.#reader = new SourceReader(options, {
      aheadBytes: FRAMES_AHEAD * this.#frameBytes,
      bytesPerFrame: MAX_READ_SPEED * this.#frameBytes,
    });
    this.#due = options.ticker.alarm(() => this.#frame());
  }

  /** The stream position, in samples: sent and skipped audio. */
  get position(): number {
    return this.#position;
  }

  /** Silence that was sent because a source was late, in milliseconds. */
  get lateMs(): number {
    return this.#lateBytes / BYTES_PER_MS;
  }

  /** How late frames were sent; undefined if none was sent. */
  get sendLate(): SendLateness | undefined {
    return this.#sendLate.summary;
  }

  /** Appends a source; reading starts at once, sending with `start`. */
  say(source: CallerSource, done: () => void): void {
    const { clock } = this.#options;
    // Virtual time does not advance while a file is read, so that a call is reproducible.
    if (clock.hold) void clock.hold(loadSource(source));
    this.#reader.add(source, done);
  }

  /** Starts the stream; its audio is held until `start`. */
  hold(): void {
    this.#running = true;
    this.#held = [];
    this.#reader.reportsEnds = false;
    this.#anchor(0);
    if (this.#options.firstFrameAtOnce) {
      this.#anchorMs -= this.#options.frameMs;
      this.#frame();
    } else {
      this.#schedule();
    }
  }

  /**
   * The session is open: skips audio up to `discardMs`, rounded down to whole frames, or with `discardHeld` all held
   * audio. Returns the skipped audio; `flow` starts to send.
   */
  start({ discardMs, discardHeld }: { readonly discardMs: number; readonly discardHeld: boolean }): Gap {
    this.#reader.opened();
    const held = this.#held ?? [];
    if (discardHeld && held.length > 0) this.#skipHeld();
    const target = Math.floor(discardMs / this.#options.frameMs) * this.#frameBytes;
    while (held.length > 0 && this.#heldFrom < target) held.shift();
    if (target > this.#takenTo) {
      this.#reader.skip(target - this.#takenTo);
      this.#takenTo = target;
      this.#anchor(target);
      if (this.#running) this.#schedule();
    }
    this.#position = this.#heldFrom;
    return { start: 0, discarded: this.#position };
  }

  /** Sends held audio, then continues in real time. `muted`: only the clock runs, because the bot wants no audio. */
  flow(muted: boolean): void {
    this.#muted = muted;
    const held = this.#held;
    this.#held = undefined;
    if (!this.#running) {
      this.#running = true;
      this.#anchor(this.#position);
      this.#schedule();
    }
    // Paused: the frame is lost, like all audio until the pause ends.
    for (const frame of this.#pausedAt === undefined ? (held ?? []) : []) this.#send(frame, undefined);
    if (muted) this.#position = this.#takenTo;
    this.#reader.reportsEnds = true;
  }

  /** Stops audio. Idempotent. */
  pause(): void {
    this.#pausedAt ??= this.#position;
  }

  /** Resumes audio and returns the gap, which is empty if nothing was paused. */
  resume(): Gap {
    const start = this.#pausedAt;
    if (start === undefined) return { start: this.#position, discarded: 0 };
    this.#pausedAt = undefined;
    if (this.#running) {
      this.#skipUntilNow();
      this.#position = this.#takenTo;
      this.#schedule();
    }
    return { start, discarded: this.#position - start };
  }

  /** Stops the stream. Idempotent. */
  stop(): void {
    this.#running = false;
    this.#due.clear();
    this.#reader.stop();
  }

  #anchor(position: number): void {
    this.#anchorMs = this.#options.clock.now();
    this.#anchorPosition = position;
  }

  /** Skips all audio up to now that was not taken. */
  #skipUntilNow(): void {
    const spokenMs = this.#options.clock.now() - this.#anchorMs;
    const now = Math.max(this.#takenTo, this.#anchorPosition + Math.round(spokenMs * BYTES_PER_MS));
    this.#reader.skip(now - this.#takenTo);
    this.#takenTo = now;
    this.#anchor(now);
  }

  #skipHeld(): void {
    this.#held?.splice(0);
    this.#skipUntilNow();
    this.#schedule();
  }

  /** The start of held audio, in samples. */
  get #heldFrom(): number {
    return this.#takenTo - (this.#held?.length ?? 0) * this.#frameBytes;
  }

  #schedule(): void {
    const end = this.#takenTo + this.#frameBytes - this.#anchorPosition;
    this.#dueMs = this.#anchorMs + end / BYTES_PER_MS + this.#options.frameDelayMs();
    this.#due.set(this.#dueMs);
  }

  #frame(): void {
    const frame = this.#whole(this.#reader.take(this.#frameBytes));
    this.#takenTo += this.#frameBytes;
    if (this.#held) {
      this.#held.push(frame);
      if (this.#held.length * this.#options.frameMs > MAX_HELD_MS) this.#held.shift();
    } else {
      if (this.#pausedAt === undefined && !this.#muted) this.#sendDue(frame);
      else this.#position = this.#takenTo;
      this.#options.tick(this.#spokenMs(this.#takenTo));
    }
    if (this.#running) this.#schedule();
  }

  #sendDue(frame: TakenFrame): void {
    const lateMs = Math.max(0, this.#options.clock.now() - this.#dueMs);
    this.#sendLate.record(lateMs);
    this.#send(frame, lateMs);
  }

  #send({ audio, lateBytes }: TakenFrame, lateMs: number | undefined): void {
    this.#position += this.#frameBytes;
    if (this.#muted) return;
    this.#lateBytes += lateBytes;
    this.#options.send(audio, audio === this.#silence, lateMs, this.#spokenMs(this.#position));
  }

  /** When the sample at a position is spoken, by the clock. */
  #spokenMs(position: number): number {
    return this.#anchorMs + (position - this.#anchorPosition) / BYTES_PER_MS;
  }

  /** A frame of full length, padded with silence. */
  #whole(taken: Uint8Array | undefined): TakenFrame {
    if (taken?.length === this.#frameBytes) return { audio: taken, lateBytes: 0 };
    const lateBytes = this.#reader.speaking ? this.#frameBytes - (taken?.length ?? 0) : 0;
    if (!taken) return { audio: this.#silence, lateBytes };
    const audio = this.#silence.slice();
    audio.set(taken);
    return { audio, lateBytes };
  }
}

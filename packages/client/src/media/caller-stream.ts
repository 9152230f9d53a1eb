import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';
import type { Alarm, Clock, Ticker } from '@hookline/runtime';
import { type CallerSource, loadSource } from './caller-source.js';
import { LatenessCounts, type SendLateness } from './send-lateness.js';
import { SourceReader } from './source-reader.js';

/** Frames that are read ahead of the clock. */
const FRAMES_AHEAD = 3;
/** Caller audio that is held until the session is open, in milliseconds: what a platform may send in a burst. */
const MAX_HELD_MS = 10_000;

/** What a caller stream is made of. */
export interface CallerStreamOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Caller audio in one frame, in whole milliseconds. */
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  /** How late the next frame leaves; 0 but for faults. */
  readonly frameDelayMs: () => number;
  /**
   * Takes each frame of 8 kHz µ-law that is to be sent, at the moment it is to be sent. `lateMs`: how long after that
   * moment; undefined for a frame that was held.
   */
  readonly send: (frame: Uint8Array, isSilence: boolean, lateMs: number | undefined) => void;
  /** Called at each frame, sent or not. */
  readonly tick: () => void;
  /** Everything the caller had to say was sent. */
  readonly exhausted: () => void;
  /** A source failed. */
  readonly failed: (text: string) => void;
}

/** A stretch of caller audio that was not sent, in samples. */
export interface Gap {
  readonly start: number;
  readonly discarded: number;
}

/**
 * The caller's audio in real time: frame k leaves at (k + 1) · frameMs after the start, since a platform cannot
 * send what has not been said. Silence replaces a source that is late or over. (DECISIONS.md #30)
 *
 * The clock of the stream never stops: while paused, what the caller says is lost. (DECISIONS.md #35) It may begin
 * before the session is open; what is said until then is held. (DECISIONS.md #50)
 */
export class CallerStream {
  readonly #options: CallerStreamOptions;
  readonly #reader: SourceReader;
  readonly #frameBytes: number;
  readonly #silence: Uint8Array;
  readonly #due: Alarm;
  /** When the sample at `#anchorPosition` is said. */
  #anchorMs = 0;
  #anchorPosition = 0;
  #dueMs = 0;
  #position = 0;
  /** The end of what was taken from the sources: ahead of the position by what is held or was passed over. */
  #takenTo = 0;
  #pausedAt: number | undefined;
  #muted = false;
  #lateBytes = 0;
  readonly #sendLate = new LatenessCounts();
  #running = false;
  /** What was said before the session is open, from `#takenTo` backwards; undefined once it is. */
  #held: Uint8Array[] | undefined;

  constructor(options: CallerStreamOptions) {
    this.#options = options;
    this.#frameBytes = options.frameMs * BYTES_PER_MS;
    this.#silence = new Uint8Array(this.#frameBytes).fill(MULAW_SILENCE);
    this.#reader = new SourceReader(options, FRAMES_AHEAD * this.#frameBytes);
    this.#due = options.ticker.alarm(() => this.#frame());
  }

  /** The stream position, in samples: what was sent and what was passed over. */
  get position(): number {
    return this.#position;
  }

  /** Silence that was sent since a source was late, in milliseconds. */
  get lateMs(): number {
    return this.#lateBytes / BYTES_PER_MS;
  }

  /** How late frames left; undefined when none did. */
  get sendLate(): SendLateness | undefined {
    return this.#sendLate.summary;
  }

  /** Says a source after those before it; reading begins at once, sending with `start`. */
  say(source: CallerSource, done: () => void): void {
    const { clock } = this.#options;
    // Virtual time does not pass while a file is read: a call is the same in every run.
    if (clock.hold) void clock.hold(loadSource(source));
    this.#reader.add(source, done);
  }

  /** The caller begins to talk; what they say is held until `start`. */
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
   * The session is open: audio up to `discardMs`, floored to a whole frame, is passed over, with `discardHeld` all that
   * was said before. Returns what was passed over; `flow` begins to send.
   */
  start({ discardMs, discardHeld }: { readonly discardMs: number; readonly discardHeld: boolean }): Gap {
    this.#reader.opened();
    const held = this.#held ?? [];
    if (discardHeld && held.length > 0) this.#passOverHeld();
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

  /** Sends what was held, and goes on in real time. `muted`: only the clock runs, since the bot wants no audio. */
  flow(muted: boolean): void {
    this.#muted = muted;
    const held = this.#held;
    this.#held = undefined;
    if (!this.#running) {
      this.#running = true;
      this.#anchor(this.#position);
      this.#schedule();
    }
    // Paused: it is lost, like everything said until the pause ends.
    for (const frame of this.#pausedAt === undefined ? (held ?? []) : []) this.#send(frame, undefined);
    if (muted) this.#position = this.#takenTo;
    this.#reader.reportsEnds = true;
  }

  /** No audio from here on; idempotent. */
  pause(): void {
    this.#pausedAt ??= this.#position;
  }

  /** Audio from here on: the gap, empty when nothing was paused. */
  resume(): Gap {
    const start = this.#pausedAt;
    if (start === undefined) return { start: this.#position, discarded: 0 };
    this.#pausedAt = undefined;
    if (this.#running) {
      this.#passOver();
      this.#position = this.#takenTo;
      this.#schedule();
    }
    return { start, discarded: this.#position - start };
  }

  /** Nothing is sent after this. Idempotent. */
  stop(): void {
    this.#running = false;
    this.#due.clear();
    this.#reader.stop();
  }

  #anchor(position: number): void {
    this.#anchorMs = this.#options.clock.now();
    this.#anchorPosition = position;
  }

  /** Skips everything said up to now that was not taken. */
  #passOver(): void {
    const saidMs = this.#options.clock.now() - this.#anchorMs;
    const now = Math.max(this.#takenTo, this.#anchorPosition + Math.round(saidMs * BYTES_PER_MS));
    this.#reader.skip(now - this.#takenTo);
    this.#takenTo = now;
    this.#anchor(now);
  }

  #passOverHeld(): void {
    this.#held?.splice(0);
    this.#passOver();
    this.#schedule();
  }

  /** Where what is held begins, in samples. */
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
      this.#options.tick();
    }
    if (this.#running) this.#schedule();
  }

  #sendDue(frame: Uint8Array): void {
    const lateMs = Math.max(0, this.#options.clock.now() - this.#dueMs);
    this.#sendLate.record(lateMs);
    this.#send(frame, lateMs);
  }

  #send(frame: Uint8Array, lateMs: number | undefined): void {
    this.#position += this.#frameBytes;
    if (!this.#muted) this.#options.send(frame, frame === this.#silence, lateMs);
  }

  /** A frame of full length, filled up with silence. */
  #whole(taken: Uint8Array | undefined): Uint8Array {
    if (taken?.length === this.#frameBytes) return taken;
    if (this.#reader.speaking) this.#lateBytes += this.#frameBytes - (taken?.length ?? 0);
    if (!taken) return this.#silence;
    const frame = this.#silence.slice();
    frame.set(taken);
    return frame;
  }
}

import { MULAW_SILENCE } from '@hookline/audio';
import type { Alarm, Clock, Ticker } from '@hookline/runtime';
import type { CallerSource } from './caller-source.js';
import { SourceReader } from './source-reader.js';

/** Bytes, and so samples, of one millisecond of 8 kHz µ-law. */
const PER_MS = 8;
/** Frames that are read ahead of the clock. */
const FRAMES_AHEAD = 3;

/** What a caller stream is made of. */
export interface CallerStreamOptions {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Caller audio in one frame, in whole milliseconds. */
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  /** How late the next frame leaves; 0 but for faults. */
  readonly frameDelayMs: () => number;
  /** Takes each frame of 8 kHz µ-law that is to be sent, at the moment it is to be sent. */
  readonly send: (frame: Uint8Array, isSilence: boolean) => void;
  /** Called at each frame, sent or not. */
  readonly tick: () => void;
  /** All that the caller had to say was sent. */
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
 * send what has not been said. Silence stands in for a source that is late or over. (decisions.md #30)
 *
 * The clock of the stream never stops: while paused, what the caller says is lost. (decisions.md #35)
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
  #position = 0;
  #pausedAt: number | undefined;
  #muted = false;
  #lateBytes = 0;
  #running = false;

  constructor(options: CallerStreamOptions) {
    this.#options = options;
    this.#frameBytes = options.frameMs * PER_MS;
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
    return this.#lateBytes / PER_MS;
  }

  /** Says a source after those before it; reading begins at once, sending with `start`. */
  say(source: CallerSource, done: () => void): void {
    this.#reader.add(source, done);
  }

  /** Begins. `muted`: the clock runs, but nothing is sent, since the bot wants no audio. */
  start(muted: boolean): void {
    this.#running = true;
    this.#muted = muted;
    this.#anchor(this.#position);
    if (this.#options.firstFrameAtOnce) {
      this.#anchorMs -= this.#options.frameMs;
      this.#frame();
    } else {
      this.#schedule();
    }
  }

  /** Skips to a position, in milliseconds, floored to a whole frame. */
  discardTo(ms: number): Gap {
    const start = this.#position;
    const target = Math.floor(ms / this.#options.frameMs) * this.#frameBytes;
    const discarded = Math.max(0, target - start);
    this.#reader.skip(discarded);
    this.#position += discarded;
    this.#anchorPosition += discarded;
    return { start, discarded };
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
      const saidMs = this.#options.clock.now() - this.#anchorMs;
      const now = Math.max(this.#position, this.#anchorPosition + Math.round(saidMs * PER_MS));
      this.#reader.skip(now - this.#position);
      this.#position = now;
      this.#anchor(now);
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

  #schedule(): void {
    const end = this.#position + this.#frameBytes - this.#anchorPosition;
    const dueMs = this.#anchorMs + end / PER_MS + this.#options.frameDelayMs();
    this.#due.set(dueMs);
  }

  #frame(): void {
    const frame = this.#whole(this.#reader.take(this.#frameBytes));
    this.#position += this.#frameBytes;
    if (this.#pausedAt === undefined && !this.#muted) this.#options.send(frame, frame === this.#silence);
    this.#options.tick();
    if (this.#running) this.#schedule();
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

import type { AudioBytes } from '../source/source.js';
import type { HeardPart, Playback, PlayOptions } from './playback.js';

/** Options of `stream`. */
export interface StreamOptions extends PlayOptions {
  /**
   * What is written: 8 kHz µ-law, or 16-bit samples; default: the call's own format. `L16` is in the call's byte order
   * and at 8 kHz, or, with `rate`, little-endian at that rate.
   */
  readonly format?: 'PCMU' | 'L16';
  /** PCM16, little-endian, with so many samples a second: a whole number from 1000 to 192,000. Not for `PCMU`. */
  readonly rate?: number;
  /**
   * Audio that may wait to be sent, in milliseconds; default 300,000, at most an hour. What is written beyond it is
   * dropped and ends the stream: what came before is played to its end.
   */
  readonly maxMs?: number;
}

/** Options of `write`. */
export interface WriteOptions {
  /** The part that these bytes, and those written after them without a mark, belong to. */
  readonly mark?: string;
}

/** A playback that is written to while it plays. */
export interface PlaybackStream extends Playback {
  /**
   * Appends audio, cut anywhere, also within a sample; not copied, so not to be changed afterwards. What comes after
   * the stream was stopped or has ended is dropped and counted.
   *
   * @param bytes - in the stream's format; for PCM16 an `Int16Array` too
   * @returns whether all of it was taken
   * @throws HooklineError `SERVER_BAD_SOURCE` for what is no audio, `SERVER_BAD_OPTION` for a mark that is no text
   */
  write(bytes: AudioBytes | Int16Array, options?: WriteOptions): boolean;
  /** What is written from here on belongs to the part `key`. A key that comes again after another is a part of its own; 1000 are kept apart. */
  mark(key: string): void;
  /** Nothing more is written: the playback is over when it was heard. What is written afterwards is dropped. */
  end(): void;
  /** What the caller has heard of each part, in the order of the marks. Final once the stream is over. */
  heard(): readonly HeardPart[];
  /** Audio that was taken and has not been sent, in milliseconds. */
  readonly queuedMs: number;
  /** Audio that was dropped, in milliseconds: written too late, or beyond `maxMs`. */
  readonly droppedMs: number;
}

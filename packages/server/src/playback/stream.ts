import type { AudioBytes } from '../source/source.js';
import type { HeardPart, Playback, PlayOptions } from './playback.js';

/** Options of `stream`. */
export interface StreamOptions extends PlayOptions {
  /**
   * The format of written bytes: 8 kHz µ-law, or 16-bit samples; default: the format of the call. `L16` has the byte
   * order of the call and 8 kHz, or, with `rate`, is little-endian at that rate.
   */
  readonly format?: 'PCMU' | 'L16';
  /** Samples per second of PCM16, little-endian: a whole number from 1000 to 192,000. Not for `PCMU`. */
  readonly rate?: number;
  /**
   * The maximum of unsent audio, in milliseconds; default 300,000, at most an hour. Bytes written beyond it are dropped
   * and end the stream; earlier audio is played to its end.
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
   * Appends audio, in pieces that may be split anywhere, even within a sample. The bytes are not copied: do not modify
   * them afterwards. Bytes that are written after the stream was stopped or has ended are dropped and counted.
   *
   * @param bytes - in the format of the stream; for PCM16 also an `Int16Array`
   * @returns whether all bytes were accepted
   * @throws HooklineError `SERVER_BAD_SOURCE` for a value that is not audio, `SERVER_BAD_OPTION` for a mark that is not
   *   a string
   */
  write(bytes: AudioBytes | Int16Array, options?: WriteOptions): boolean;
  /**
   * Marks bytes that are written from now on as the part `key`. A key that is repeated after another one starts a new
   * part; up to 1000 parts are counted separately.
   */
  mark(key: string): void;
  /** Ends the stream: the playback is over when it was heard. Bytes that are written afterwards are dropped. */
  end(): void;
  /** How much of each part the caller has heard, in the order of the marks. Final once the stream is over. */
  heard(): readonly HeardPart[];
  /** Accepted audio that has not been sent yet, in milliseconds. */
  readonly queuedMs: number;
  /** Audio that was dropped, in milliseconds: written too late, or beyond `maxMs`. */
  readonly droppedMs: number;
}

import { encodeL16, sampleBytes } from '@hookline/audio';
import { MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import { checkNames, serverError } from '../error.js';
import type { Counters } from '../session/call-stats.js';
import { BYTES, bytesOf } from '../source/audio-bytes.js';
import { describeNonAudio } from '../source/describe-non-audio.js';
import { handleFailureOf } from '../source/handle-failure.js';
import { PushedPieces } from '../source/pushed-pieces.js';
import { type AudioBytes, type AudioSource, pcm16 } from '../source/source.js';
import { MarkedParts } from './marked-parts.js';
import type { HeardPart, Playback, PlaybackResult } from './playback.js';
import type { PlaybackStream, WriteOptions } from './stream.js';

const WRITE_OPTIONS = { mark: true };

/** The parts of its playback that a stream needs. */
export interface StreamRun extends Playback {
  /** Whether it accepts no more audio. */
  readonly over: boolean;
  readonly sentMs: number;
}

/** The parts of a stream. */
export interface WrittenPlaybackOptions {
  readonly format: MediaFormat;
  /** Samples per second of PCM16; undefined for raw bytes. */
  readonly rate: number | undefined;
  readonly maxMs: number;
  readonly counters: Counters;
  readonly warn: (message: string) => void;
  /** Queues the playback. `over` is to be called when it is over. */
  readonly play: (stream: PlaybackStream, source: AudioSource, over: () => void) => StreamRun;
}

/** A playback whose source is written by the bot: counts the written audio, and assigns heard audio to its marks. */
export class WrittenPlayback implements PlaybackStream {
  readonly #options: WrittenPlaybackOptions;
  readonly #pieces = new PushedPieces();
  readonly #parts = new MarkedParts();
  readonly #run: StreamRun;
  readonly #sampleBytes: number;
  readonly #bytesPerMs: number;
  #writtenBytes = 0;
  #droppedMs = 0;
  #ended = false;

  constructor(options: WrittenPlaybackOptions) {
    const { rate, format } = options;
    this.#options = options;
    this.#sampleBytes = rate === undefined ? sampleBytes(format) : 2;
    this.#bytesPerMs = (this.#sampleBytes * (rate ?? MEDIA_RATE)) / 1000;
    const source = rate === undefined ? this.#pieces : pcm16(this.#pieces, { rate });
    this.#run = options.play(this, source, () => this.#pieces.clear());
  }

  get started(): Promise<void> {
    return this.#run.started;
  }

  get finished(): Promise<PlaybackResult> {
    return this.#run.finished;
  }

  get heardMs(): number {
    return this.#run.heardMs;
  }

  get queuedMs(): number {
    return this.#run.over ? 0 : Math.max(0, this.#parts.writtenMs - this.#run.sentMs);
  }

  get droppedMs(): number {
    return this.#droppedMs;
  }

  write(bytes: AudioBytes | Int16Array, options?: WriteOptions): boolean {
    const piece = this.#bytesOf(bytes);
    if (this.#ended || this.#run.over) {
      this.#drop(piece?.length ?? 0);
      return false;
    }
    if (piece === undefined) {
      handleFailureOf(bytes);
      throw serverError(
        'SERVER_BAD_SOURCE',
        `write() of a stream got ${describeNonAudio(bytes)}; expected ${this.#taken()}.`,
      );
    }
    if (options !== undefined) {
      checkNames<WriteOptions>('write: ', options, WRITE_OPTIONS);
      if (options.mark !== undefined) this.mark(options.mark);
    }
    const freeBytes = this.#freeBytes();
    if (piece.length <= freeBytes) {
      this.#take(piece);
      return true;
    }
    this.#take(piece.subarray(0, freeBytes));
    this.#drop(piece.length - freeBytes);
    this.end();
    this.#options.warn(
      `a stream has more than ${this.#options.maxMs / 1000} s of unsent audio (maxMs): the excess is dropped and the stream ends`,
    );
    return false;
  }

  mark(key: string): void {
    if (typeof key !== 'string') {
      throw serverError('SERVER_BAD_OPTION', `mark() of a stream got ${typeof key}; expected a string.`);
    }
    if (!this.#ended && !this.#run.over) this.#parts.mark(key);
  }

  end(): void {
    this.#ended = true;
    this.#pieces.end();
  }

  heard(): readonly HeardPart[] {
    return this.#parts.heard(this.heardMs);
  }

  stop(): void {
    this.#run.stop();
  }

  /** How many more bytes may be queued, in whole samples. */
  #freeBytes(): number {
    const freeMs = Math.max(0, this.#options.maxMs - this.queuedMs);
    const end = this.#writtenBytes + Math.floor(freeMs * this.#bytesPerMs);
    return Math.max(0, end - (end % this.#sampleBytes) - this.#writtenBytes);
  }

  #take(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#writtenBytes += piece.length;
    this.#parts.wrote(piece.length / this.#bytesPerMs);
    this.#pieces.push(piece);
  }

  #bytesOf(given: AudioBytes | Int16Array): Uint8Array | undefined {
    if (this.#options.rate === undefined || !(given instanceof Int16Array)) return bytesOf(given);
    return encodeL16(given, 'le');
  }

  #drop(bytes: number): void {
    const ms = bytes / this.#bytesPerMs;
    this.#droppedMs += ms;
    this.#options.counters.droppedStreamMs += ms;
  }

  #taken(): string {
    return this.#options.rate === undefined
      ? `${BYTES}; for samples, open the stream with { rate }`
      : `an Int16Array, or little-endian bytes in ${BYTES}`;
  }
}

/** A playback of a call that accepts no more playbacks. @param over - rejects with the reason */
export function endedPlayback(over: Promise<never>): StreamRun {
  return { started: over, finished: over, heardMs: 0, sentMs: 0, over: true, stop() {} };
}

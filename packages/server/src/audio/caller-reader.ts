import { contain, type OnError } from '@hookline/runtime';
import type { CallerConverter } from './caller-converter.js';
import type { HeldAudio } from './held-audio.js';

/** Options of a reader. */
export interface CallerReaderOptions {
  /** Whether gaps are filled with silence. */
  readonly fills: boolean;
  /** Receives converted audio. Must not throw. */
  readonly deliver: (bytes: Uint8Array, atMs: number) => void;
  /** Called at the end of the stream. */
  readonly onEnd: (() => void) | undefined;
  /** Called if the converter cannot be loaded. */
  readonly onError: OnError;
}

/** One reader of the caller's audio: buffers audio until its converter is ready, then converts and delivers it. */
export class CallerReader {
  readonly fills: boolean;
  readonly #deliver: CallerReaderOptions['deliver'];
  readonly #onEnd: CallerReaderOptions['onEnd'];
  readonly #early: HeldAudio;
  #converter: CallerConverter | undefined;
  #lastAtMs = 0;
  /** Whether the converter could not be loaded: the stream has no audio, but ends like any other. */
  #failed = false;
  #ended = false;
  #closed = false;

  /** @param early - the audio from before this reader; also buffers audio until the converter is ready */
  constructor(
    pending: CallerConverter | Promise<CallerConverter>,
    early: HeldAudio,
    options: CallerReaderOptions,
  ) {
    this.fills = options.fills;
    this.#deliver = options.deliver;
    this.#onEnd = options.onEnd;
    this.#early = early;
    void contain(this.#begin(pending), (error) => {
      this.#failed = true;
      if (this.#ended) this.#finish(undefined);
      options.onError(error);
    });
  }

  push(bytes: Uint8Array, atMs: number): void {
    if (this.#converter) this.#convert(this.#converter, bytes, atMs);
    else this.#early.push(bytes, atMs);
  }

  /** Ends the stream: delivers the remaining audio. */
  end(): void {
    this.#ended = true;
    if (this.#converter || this.#failed) this.#finish(this.#converter);
  }

  /** Stops the reader. */
  close(): void {
    this.#closed = true;
    this.#converter?.flush();
    this.#converter = undefined;
  }

  /** Always asynchronous, so that nothing is delivered while the reader is being created. */
  async #begin(pending: CallerConverter | Promise<CallerConverter>): Promise<void> {
    const converter = await pending;
    if (this.#closed) {
      converter.flush();
      return;
    }
    this.#converter = converter;
    this.#early.take((bytes, atMs) => this.#convert(converter, bytes, atMs));
    if (this.#ended) this.#finish(converter);
  }

  #convert(converter: CallerConverter, bytes: Uint8Array, atMs: number): void {
    // A listener may have closed it while earlier audio was delivered.
    if (this.#closed) return;
    this.#lastAtMs = atMs;
    const converted = converter.convert(bytes);
    if (converted.length > 0) this.#deliver(converted, atMs);
  }

  #finish(converter: CallerConverter | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#converter = undefined;
    const rest = converter?.flush();
    if (rest && rest.length > 0) this.#deliver(rest, this.#lastAtMs);
    this.#onEnd?.();
  }
}

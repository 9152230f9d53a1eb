import { contain, type OnError } from '@hookline/runtime';
import type { CallerConverter } from './caller-converter.js';
import type { HeldAudio } from './held-audio.js';

/** What a reader wants, and where its audio goes. */
export interface CallerReaderOptions {
  /** Whether it wants silence in gaps. */
  readonly fills: boolean;
  /** Takes converted audio. Must not throw. */
  readonly deliver: (bytes: Uint8Array, atMs: number) => void;
  /** The stream is over. */
  readonly onEnd: (() => void) | undefined;
  /** Takes what the converter could not be loaded for. */
  readonly onError: OnError;
}

/** One reader of the caller: converts what comes, once its converter is there, and hands it on. */
export class CallerReader {
  readonly fills: boolean;
  readonly #options: CallerReaderOptions;
  readonly #early: HeldAudio;
  #converter: CallerConverter | undefined;
  #lastAtMs = 0;
  #ended = false;
  #closed = false;

  /** @param early - what came before the reader; holds what comes before its converter is there, too */
  constructor(
    making: CallerConverter | Promise<CallerConverter>,
    early: HeldAudio,
    options: CallerReaderOptions,
  ) {
    this.fills = options.fills;
    this.#options = options;
    this.#early = early;
    void contain(this.#begin(making), options.onError);
  }

  push(bytes: Uint8Array, atMs: number): void {
    if (this.#converter) this.#convert(this.#converter, bytes, atMs);
    else this.#early.push(bytes, atMs);
  }

  /** The stream is over: hands on what is still to come. */
  end(): void {
    this.#ended = true;
    if (this.#converter) this.#finish(this.#converter);
  }

  /** Nobody reads any more. */
  close(): void {
    this.#closed = true;
    this.#converter?.flush();
    this.#converter = undefined;
  }

  /** In a later turn in any case, so that nothing is delivered while the reader is being made. */
  async #begin(making: CallerConverter | Promise<CallerConverter>): Promise<void> {
    const converter = await making;
    if (this.#closed) {
      converter.flush();
      return;
    }
    this.#converter = converter;
    this.#early.take((bytes, atMs) => this.#convert(converter, bytes, atMs));
    if (this.#ended) this.#finish(converter);
  }

  #convert(converter: CallerConverter, bytes: Uint8Array, atMs: number): void {
    // A listener may have closed it while earlier audio was handed on.
    if (this.#closed) return;
    this.#lastAtMs = atMs;
    const converted = converter.convert(bytes);
    if (converted.length > 0) this.#options.deliver(converted, atMs);
  }

  #finish(converter: CallerConverter): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#converter = undefined;
    const rest = converter.flush();
    if (rest.length > 0) this.#options.deliver(rest, this.#lastAtMs);
    this.#options.onEnd?.();
  }
}

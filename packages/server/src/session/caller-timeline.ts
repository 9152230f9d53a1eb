import { bytesPerMs, type MediaParameter } from '@hookline/protocol';

/**
 * The position of the caller's stream, counted from the samples received and the gaps that the client reported.
 * (AC-PAUSE-5: the client's values for a gap are not checked)
 */
export class CallerTimeline {
  readonly #bytesPerMs: number;
  #fromMs = 0;
  #bytes = 0;

  constructor(media: MediaParameter) {
    this.#bytesPerMs = bytesPerMs(media);
  }

  /** The position of the stream, which is the end of the last frame, in milliseconds. */
  get positionMs(): number {
    return this.#fromMs + this.#bytes / this.#bytesPerMs;
  }

  /** The duration of this many bytes, in milliseconds. */
  durationMs(bytes: number): number {
    return bytes / this.#bytesPerMs;
  }

  /** Counts a frame. */
  advance(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Moves the position over a gap. */
  skip(startMs: number, discardedMs: number): void {
    this.#fromMs = startMs + discardedMs;
    this.#bytes = 0;
  }
}

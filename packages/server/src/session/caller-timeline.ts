import { bytesPerMs, type MediaParameter } from '@hookline/protocol';

/**
 * The caller's stream as the server counts it: samples received, and the gaps that the client told.
 * (AC-PAUSE-5: what the client says of a gap is taken as it is)
 */
export class CallerTimeline {
  readonly #bytesPerMs: number;
  #fromMs = 0;
  #bytes = 0;

  constructor(media: MediaParameter) {
    this.#bytesPerMs = bytesPerMs(media);
  }

  /** Where the stream stands: the end of the last frame, in milliseconds. */
  get positionMs(): number {
    return this.#fromMs + this.#bytes / this.#bytesPerMs;
  }

  /** How long so many bytes last, in milliseconds. */
  durationMs(bytes: number): number {
    return bytes / this.#bytesPerMs;
  }

  /** Counts a frame. */
  advance(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Goes on after a gap. */
  skip(startMs: number, discardedMs: number): void {
    this.#fromMs = startMs + discardedMs;
    this.#bytes = 0;
  }
}

import { BYTES_PER_MS } from '@hookline/audio';

/** Audio of 16, 24, 32 or 48 kHz that is sent without conversion arrives this many times faster than it plays. */
const FACTORS = [2, 3, 4, 6];
/** The tolerance around these factors; bots that send as fast as possible, or ahead, are rarely this close. */
const TOLERANCE = 0.04;
/** The pace is measured over stretches of this length … */
const STRETCH_MS = 1000;
/** … and must be the same for this many in a row. */
const STRETCHES = 3;
/** Frames further apart than this are not sent in real time. */
const SAME_STREAM_MS = 400;

/**
 * Detects audio that is streamed in real time at a wrong sample rate: each second has exactly two, three, four or six
 * times as many bytes as are played. Times are in milliseconds since dialling.
 */
export class PaceMonitor {
  #fromMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #factor: number | undefined;
  #inRow = 0;
  #reported = false;

  /** Adds a bot frame, as µ-law. Returns a warning; usually undefined. */
  received(byteLength: number, atMs: number): string | undefined {
    if (this.#reported) return undefined;
    const pausedMs = atMs - this.#lastMs;
    this.#lastMs = atMs;
    if (pausedMs > SAME_STREAM_MS) {
      this.#begin(atMs, byteLength);
      this.#inRow = 0;
      return undefined;
    }
    const tookMs = atMs - this.#fromMs;
    if (tookMs < STRETCH_MS) {
      this.#bytes += byteLength;
      return undefined;
    }
    const speed = this.#bytes / BYTES_PER_MS / tookMs;
    this.#begin(atMs, byteLength);
    return this.#check(speed);
  }

  #begin(atMs: number, byteLength: number): void {
    this.#fromMs = atMs;
    this.#bytes = byteLength;
  }

  #check(speed: number): string | undefined {
    const factor = FACTORS.find((one) => Math.abs(speed / one - 1) <= TOLERANCE);
    this.#inRow = factor === undefined ? 0 : factor === this.#factor ? this.#inRow + 1 : 1;
    this.#factor = factor;
    if (factor === undefined || this.#inRow < STRETCHES) return undefined;
    this.#reported = true;
    return `the bot sends audio in real time at ${8000 * factor} bytes per second, ${factor} times as fast as it is played: if it was generated at ${8 * factor} kHz, the caller hears it slow and deep; convert it to 8000 samples per second, one byte of G.711 µ-law each`;
  }
}

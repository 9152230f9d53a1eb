import { silenceByte } from '@hookline/audio';
import { bytesPerMs, type MediaParameter } from '@hookline/protocol';
import type { Alarm, Clock, Ticker } from '@hookline/runtime';

/** The length of a piece of silence, in milliseconds. */
const PIECE_MS = 100;

/**
 * The maximum silence for a gap that the client reports afterwards: no detector needs more to detect the end of speech.
 */
export const MAX_GAP_MS = 5000;

/**
 * Generates silence for times without audio: in real time while the client is paused, and afterwards for a gap that it
 * reports.
 */
export class GapFiller {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #piece: Uint8Array;
  readonly #fill: (bytes: Uint8Array, atMs: number) => void;
  readonly #admit: (ms: number) => boolean;
  #pausedAtMs: number | undefined;
  #positionMs = 0;
  /** The silence that was generated since the client paused. */
  #filledMs = 0;
  /** How much of this silence lies in gaps that the client has reported already. */
  #reportedMs = 0;

  /**
   * @param fill - called with a frame of silence and its position in the caller's stream
   * @param admit - whether so much more audio is within the limit on the client's speed; a client could otherwise report
   *   hours of gaps in a second
   */
  constructor(
    clock: Clock,
    ticker: Ticker,
    media: MediaParameter,
    fill: (bytes: Uint8Array, atMs: number) => void,
    admit: (ms: number) => boolean,
  ) {
    this.#clock = clock;
    this.#fill = fill;
    this.#admit = admit;
    this.#alarm = ticker.alarm(() => this.#fillPause());
    const silence = silenceByte({ format: media.format });
    this.#piece = new Uint8Array(PIECE_MS * bytesPerMs(media)).fill(silence);
  }

  /** The client has stopped sending audio. */
  paused(positionMs: number): void {
    if (this.#pausedAtMs !== undefined) return;
    this.#pausedAtMs = this.#clock.now();
    this.#positionMs = positionMs;
    this.#filledMs = 0;
    this.#reportedMs = 0;
    this.#arm(this.#pausedAtMs);
  }

  /** The client sends audio again. */
  resumed(): void {
    this.#pausedAtMs = undefined;
    this.#alarm.clear();
  }

  /** The client reported a gap; silence that was already generated during the gap is not repeated. */
  gap(startMs: number, discardedMs: number): void {
    const fromMs = Math.min(this.#filledMs - this.#reportedMs, discardedMs);
    const endMs = Math.min(discardedMs, fromMs + MAX_GAP_MS);
    let atMs = fromMs;
    for (; atMs + PIECE_MS <= endMs && this.#admit(PIECE_MS); atMs += PIECE_MS)
      this.#fill(this.#piece, startMs + atMs);
    if (this.#pausedAtMs === undefined) {
      // After a pause only its own gap can contain that silence.
      this.#reportedMs = this.#filledMs;
      return;
    }
    // A report may precede the timer for the last piece of its gap.
    this.#filledMs += atMs - fromMs;
    this.#reportedMs += atMs;
  }

  end(): void {
    this.resumed();
  }

  #fillPause(): void {
    const pausedAtMs = this.#pausedAtMs;
    if (pausedAtMs === undefined) return;
    this.#fill(this.#piece, this.#positionMs + this.#filledMs);
    this.#filledMs += PIECE_MS;
    this.#arm(pausedAtMs);
  }

  #arm(pausedAtMs: number): void {
    this.#alarm.set(Math.max(pausedAtMs + this.#filledMs + PIECE_MS, this.#clock.now()));
  }
}

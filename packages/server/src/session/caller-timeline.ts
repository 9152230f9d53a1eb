import { bytesPerMs, type MediaParameter } from '@hookline/protocol';

/** More holds than there are between the end of the caller's speech and its report. */
const KEPT_HOLDS = 8;

/** Length of a window of the minimum delay, in milliseconds; a minimum is kept for one to two windows. */
const DELAY_WINDOW_MS = 2000;

/**
 * The position of the caller's stream, counted from the samples received and the gaps that the client reported.
 * (AC-PAUSE-5: the client's values for a gap are not checked)
 */
export class CallerTimeline {
  readonly #bytesPerMs: number;
  readonly #openedAtMs: number;
  #longestRoundTripMs = Number.POSITIVE_INFINITY;
  /** The parts of the stream that passed on hold, oldest first. */
  readonly #holds: { readonly fromMs: number; readonly toMs: number }[] = [];
  #fromMs = 0;
  #bytes = 0;
  /** The least of `arrival time - position` in the current window, and in the one before. */
  #minDelayMs = Number.POSITIVE_INFINITY;
  #previousMinDelayMs = Number.POSITIVE_INFINITY;
  #windowSinceMs = Number.NEGATIVE_INFINITY;

  /** @param openedAtMs - when `opened` was sent */
  constructor(media: MediaParameter, openedAtMs: number) {
    this.#bytesPerMs = bytesPerMs(media);
    this.#openedAtMs = openedAtMs;
  }

  /**
   * The upper bound of the round trip when the call began: the client sends its first frame once `opened` has arrived.
   * `Infinity` before that frame.
   */
  get longestRoundTripMs(): number {
    return this.#longestRoundTripMs;
  }

  /** The position of the stream, which is the end of the last frame, in milliseconds. */
  get positionMs(): number {
    return this.#fromMs + this.#bytes / this.#bytesPerMs;
  }

  /** The duration of this many bytes, in milliseconds. */
  durationMs(bytes: number): number {
    return bytes / this.#bytesPerMs;
  }

  /** Counts a frame that was received at `nowMs`. */
  advance(bytes: number, nowMs: number): void {
    this.#bytes += bytes;
    const offsetMs = nowMs - this.positionMs;
    if (nowMs - this.#windowSinceMs >= DELAY_WINDOW_MS) {
      // The first frame begins the first window.
      if (this.#windowSinceMs === Number.NEGATIVE_INFINITY)
        this.#longestRoundTripMs = nowMs - this.#openedAtMs;
      this.#previousMinDelayMs = this.#minDelayMs;
      this.#minDelayMs = offsetMs;
      this.#windowSinceMs = nowMs;
    } else if (offsetMs < this.#minDelayMs) this.#minDelayMs = offsetMs;
  }

  /**
   * When a frame of `frameMs` would be received next, if it were delayed as little as the least delayed frame of the last
   * seconds. `Infinity` before the first frame, and before the first one after a gap.
   */
  nextFrameMs(frameMs: number): number {
    return this.positionMs + frameMs + Math.min(this.#minDelayMs, this.#previousMinDelayMs);
  }

  /** How long ago the stream was at this position, in milliseconds without the holds since then. */
  agoMs(atMs: number): number {
    const heldMs = this.#holds.reduce(
      (sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, atMs)),
      0,
    );
    return Math.max(0, this.positionMs - atMs - heldMs);
  }

  /** Moves the position over a gap. @param onHold - whether the client was on hold */
  skip(startMs: number, discardedMs: number, onHold: boolean): void {
    if (onHold) {
      const last = this.#holds.at(-1);
      const goesOn = last !== undefined && last.toMs >= this.positionMs;
      // A client may report one hold in many pieces.
      if (goesOn) this.#holds.pop();
      this.#holds.push({ fromMs: goesOn ? last.fromMs : this.positionMs, toMs: startMs + discardedMs });
      if (this.#holds.length > KEPT_HOLDS) this.#holds.shift();
    }
    this.#fromMs = startMs + discardedMs;
    this.#bytes = 0;
    this.#minDelayMs = Number.POSITIVE_INFINITY;
    this.#previousMinDelayMs = Number.POSITIVE_INFINITY;
  }
}

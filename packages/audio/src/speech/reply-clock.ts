import { dbToRatio, FULL_SCALE } from '../level.js';
import { BYTES_PER_MS } from '../telephone.js';
import { DEFAULT_MIN_DBFS } from './energy.js';
import { energyMulaw } from './silence.js';

/** Bytes that are classified together as speech or not: 20 ms. */
const STRETCH_BYTES = 160;
/** The mean square of samples at a level above the noise of a line, and below the vowels of a quiet caller. */
const SPEECH_MEAN_SQUARE = (dbToRatio(DEFAULT_MIN_DBFS) * FULL_SCALE) ** 2;
/** The minimum duration of speech; less is a click. */
const MIN_SPEECH_MS = 60;

/**
 * Measures the reply latency: from the end of the caller's speech, or from a key, to the first sound that the caller
 * hears. Times are in milliseconds since an arbitrary moment.
 */
export class ReplyClock {
  /** For each answer to speech: how long it took. */
  readonly replyMs: number[] = [];
  #speechMs = 0;
  #speechStartMs = 0;
  #speechEndMs = 0;
  #keyMs: number | undefined;

  /** A frame of the caller's µ-law was sent whose last sample was spoken at `endMs`. */
  said(frame: Uint8Array, endMs: number): void {
    const startMs = endMs - frame.length / BYTES_PER_MS;
    for (let at = 0; at < frame.length; at += STRETCH_BYTES) {
      const to = Math.min(at + STRETCH_BYTES, frame.length);
      if (!isLoud(frame, at, to)) continue;
      if (this.#speechMs === 0) this.#speechStartMs = startMs + at / BYTES_PER_MS;
      this.#speechMs += (to - at) / BYTES_PER_MS;
      this.#speechEndMs = startMs + to / BYTES_PER_MS;
    }
  }

  /** When the caller's last input ended that the bot has not answered; undefined if there is none. */
  get inputEndMs(): number | undefined {
    if (!this.#spoke) return this.#keyMs;
    return Math.max(this.#speechEndMs, this.#keyMs ?? this.#speechEndMs);
  }

  /** The caller pressed a key. */
  keyed(atMs: number): void {
    this.#keyMs = atMs;
  }

  /**
   * The caller starts to hear the bot.
   *
   * @returns the time since the caller's last input; undefined if there was none since the bot was last heard, or it
   *   began after `atMs`
   */
  botBegan(atMs: number): number | undefined {
    let replyMs: number | undefined;
    if (this.#speechStartMs <= atMs) {
      if (this.#spoke) {
        replyMs = Math.max(0, atMs - this.#speechEndMs);
        this.replyMs.push(replyMs);
      }
      this.#speechMs = 0;
    }
    if (this.#keyMs !== undefined && this.#keyMs <= atMs) {
      replyMs = Math.min(atMs - this.#keyMs, replyMs ?? Number.POSITIVE_INFINITY);
      this.#keyMs = undefined;
    }
    return replyMs;
  }

  get #spoke(): boolean {
    return this.#speechMs >= MIN_SPEECH_MS;
  }
}

/** Whether the level of µ-law from `from` to `to` is that of speech: −40 dBFS RMS or above, as noise of a line seldom is. */
export function isLoud(frame: Uint8Array, from: number, to: number): boolean {
  return to > from && energyMulaw(frame, from, to) >= (to - from) * SPEECH_MEAN_SQUARE;
}

import { decodeMulawSample } from '../g711.js';
import { BYTES_PER_MS } from '../telephone.js';

/** Bytes that are classified together as speech or not: 20 ms. */
const STRETCH_BYTES = 160;
/** About −36 dBFS peak: above the noise of a line, below quiet speech. */
const SPEECH_PEAK = 512;
/** The minimum duration of speech; less is a click. */
const MIN_SPEECH_MS = 60;

/**
 * Measures the reply latency: from the end of the caller's speech, or from a key, to the first sample that the caller
 * hears. Times are in milliseconds since an arbitrary moment.
 */
export class ReplyClock {
  /** For each answer to speech: how long it took. */
  readonly replyMs: number[] = [];
  #speechMs = 0;
  #speechEndMs = 0;
  #keyMs: number | undefined;

  /** A frame of the caller's µ-law that ends at `endMs` was sent. */
  said(frame: Uint8Array, endMs: number): void {
    const startMs = endMs - frame.length / BYTES_PER_MS;
    for (let at = 0; at < frame.length; at += STRETCH_BYTES) {
      const to = Math.min(at + STRETCH_BYTES, frame.length);
      if (!isLoud(frame, at, to)) continue;
      this.#speechMs += (to - at) / BYTES_PER_MS;
      this.#speechEndMs = startMs + to / BYTES_PER_MS;
    }
  }

  /** The caller pressed a key. */
  keyed(atMs: number): void {
    this.#keyMs = atMs;
  }

  /**
   * The caller starts to hear the bot.
   *
   * @returns the time since the caller's last input; undefined if there was none since the bot was last heard
   */
  botBegan(atMs: number): number | undefined {
    const spoke = this.#speechMs >= MIN_SPEECH_MS;
    if (spoke) this.replyMs.push(Math.max(0, atMs - this.#speechEndMs));
    const inputEndsMs = [
      ...(spoke ? [this.#speechEndMs] : []),
      ...(this.#keyMs === undefined ? [] : [this.#keyMs]),
    ];
    this.#speechMs = 0;
    this.#keyMs = undefined;
    return inputEndsMs.length === 0 ? undefined : Math.max(0, atMs - Math.max(...inputEndsMs));
  }
}

/** Whether µ-law from `from` to `to` holds a sample as loud as speech. */
export function isLoud(frame: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if (Math.abs(decodeMulawSample(frame[index] ?? 0xff)) >= SPEECH_PEAK) return true;
  }
  return false;
}

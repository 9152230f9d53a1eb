import { BYTES_PER_MS, decodeMulawSample } from '@hookline/audio';

/** Bytes of a stretch that is speech or not: 20 ms. */
const STRETCH_BYTES = 160;
/** About −36 dBFS peak: above the noise of a line, below quiet speech. */
const SPEECH_PEAK = 512;
/** Speech of the caller that counts as something said: less is a click. */
const MIN_SPEECH_MS = 60;

/**
 * Measures how long the bot takes to answer: from the end of the caller's speech to the first sample that the
 * caller hears. Times are in milliseconds since dialling.
 */
export class ReplyClock {
  readonly replyMs: number[] = [];
  #speechMs = 0;
  #speechEndMs = 0;

  /** A frame of the caller that ends at `endMs` was sent. */
  said(frame: Uint8Array, endMs: number): void {
    const startMs = endMs - frame.length / BYTES_PER_MS;
    for (let at = 0; at < frame.length; at += STRETCH_BYTES) {
      const to = Math.min(at + STRETCH_BYTES, frame.length);
      if (!isLoud(frame, at, to)) continue;
      this.#speechMs += (to - at) / BYTES_PER_MS;
      this.#speechEndMs = startMs + to / BYTES_PER_MS;
    }
  }

  /** The caller begins to hear the bot. Returns the time to answer; undefined where nothing was said before. */
  botBegan(atMs: number): number | undefined {
    const spokenMs = this.#speechMs;
    this.#speechMs = 0;
    if (spokenMs < MIN_SPEECH_MS) return undefined;
    const replyMs = Math.max(0, atMs - this.#speechEndMs);
    this.replyMs.push(replyMs);
    return replyMs;
  }
}

/** Whether µ-law from `from` to `to` holds a sample as loud as speech. */
export function isLoud(frame: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if (Math.abs(decodeMulawSample(frame[index] ?? 0xff)) >= SPEECH_PEAK) return true;
  }
  return false;
}

import { CLIENT_AUDIO_WINDOW_MS } from '@hookline/protocol';

/** Tells caller audio that comes faster than anybody speaks, window by window. */
export class AudioFlood {
  readonly #maxMs: number;
  #windowFromMs = Number.NEGATIVE_INFINITY;
  #takenMs = 0;

  /** @param maxSpeed - multiple of real time that is taken */
  constructor(maxSpeed: number) {
    this.#maxMs = maxSpeed * CLIENT_AUDIO_WINDOW_MS;
  }

  /** Whether a frame of `ms` milliseconds is within the limit; one that is not does not count. */
  take(nowMs: number, ms: number): boolean {
    if (nowMs - this.#windowFromMs >= CLIENT_AUDIO_WINDOW_MS) {
      this.#windowFromMs = nowMs;
      this.#takenMs = 0;
    }
    if (this.#takenMs + ms > this.#maxMs) return false;
    this.#takenMs += ms;
    return true;
  }
}

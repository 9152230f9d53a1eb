import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';

/** Tells a client that sends more messages than anybody needs. (AC-RATE-6) */
export class TextFlood {
  readonly #maxPerSecond: number;
  readonly #bucket: TokenBucket;
  /** Messages that the client may send because of our own audio: each frame may begin and end a playback. */
  #provoked = 0;

  constructor(maxPerSecond: number, nowMs: number) {
    this.#maxPerSecond = maxPerSecond;
    this.#bucket = new TokenBucket({ perSecond: maxPerSecond, burst: maxPerSecond }, nowMs);
  }

  /** A frame of bot audio was sent. */
  provoke(): void {
    this.#provoked = Math.min(this.#provoked + 2, this.#maxPerSecond);
  }

  /** Whether a message that came now is within the limit. */
  take(nowMs: number): boolean {
    if (this.#provoked === 0) return this.#bucket.take(nowMs);
    this.#provoked -= 1;
    return true;
  }
}

/**
 * Tells caller audio that comes faster than anybody speaks. What was held back, by a stall or while the bot delayed
 * `opened`, comes at once and is no flood: only what exceeds the speed on average, beyond the credit, is.
 */
export class AudioFlood {
  readonly #bucket: TokenBucket;

  /** @param maxSpeed - multiple of real time that is taken on average */
  constructor(maxSpeed: number, nowMs: number) {
    this.#bucket = new TokenBucket({ perSecond: maxSpeed * 1000, burst: CLIENT_AUDIO_CREDIT_MS }, nowMs);
  }

  /** Whether a frame of `ms` milliseconds is within the limit; one that is not does not count. */
  take(nowMs: number, ms: number): boolean {
    return this.#bucket.take(nowMs, ms);
  }
}

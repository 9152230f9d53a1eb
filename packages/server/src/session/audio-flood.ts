import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';

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

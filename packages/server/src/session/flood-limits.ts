import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';

/** Limits the text messages of a client. (AC-RATE-6) */
export class TextFlood {
  readonly #maxPerSecond: number;
  readonly #bucket: TokenBucket;
  /** Extra messages that the client may send in reply to bot audio: each frame may start and complete a playback. */
  #credit = 0;

  constructor(maxPerSecond: number, nowMs: number) {
    this.#maxPerSecond = maxPerSecond;
    this.#bucket = new TokenBucket({ perSecond: maxPerSecond, burst: maxPerSecond }, nowMs);
  }

  /** A frame of bot audio was sent. */
  creditReplies(): void {
    this.#credit = Math.min(this.#credit + 2, this.#maxPerSecond);
  }

  /** Whether a message that arrives now is within the limit. */
  take(nowMs: number): boolean {
    if (this.#credit === 0) return this.#bucket.take(nowMs);
    this.#credit -= 1;
    return true;
  }
}

/**
 * Limits caller audio to a multiple of real time on average, beyond a credit for audio that arrives all at once because
 * it was held back, by a stall of the network or until the bot sent `opened`.
 */
export class AudioFlood {
  readonly #bucket: TokenBucket;

  /** @param maxSpeed - the average limit, as a multiple of real time */
  constructor(maxSpeed: number, nowMs: number) {
    this.#bucket = new TokenBucket({ perSecond: maxSpeed * 1000, burst: CLIENT_AUDIO_CREDIT_MS }, nowMs);
  }

  /** Whether a frame of `ms` milliseconds is within the limit. A frame beyond it does not count. */
  take(nowMs: number, ms: number): boolean {
    return this.#bucket.take(nowMs, ms);
  }
}

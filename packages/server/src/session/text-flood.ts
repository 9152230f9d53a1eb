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

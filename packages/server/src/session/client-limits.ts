import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import { type Rate, TokenBucket } from '@hookline/runtime';
import type { BotLimits } from '../bot-limits.js';

/** The limits of a bot on what its clients send. */
type ClientLimits = Pick<BotLimits, 'maxTextPerSecond' | 'maxAudioSpeed'>;

/** As rates: made once for all calls of a bot. */
const ratesOfLimits = new WeakMap<ClientLimits, { readonly text: Rate; readonly audio: Rate }>();

function ratesOf(limits: ClientLimits): { readonly text: Rate; readonly audio: Rate } {
  const known = ratesOfLimits.get(limits);
  if (known) return known;
  const { maxTextPerSecond, maxAudioSpeed } = limits;
  const rates = {
    text: { perSecond: maxTextPerSecond, burst: maxTextPerSecond },
    audio: { perSecond: maxAudioSpeed * 1000, burst: CLIENT_AUDIO_CREDIT_MS },
  };
  ratesOfLimits.set(limits, rates);
  return rates;
}

/** Limits the text messages of a client. (AC-RATE-6) */
export class TextLimit {
  readonly #limits: ClientLimits;
  readonly #bucket: TokenBucket;
  /** Extra messages that the client may send in reply to bot audio: each frame may start and complete a playback. */
  #credit = 0;

  constructor(limits: ClientLimits, nowMs: number) {
    this.#limits = limits;
    this.#bucket = new TokenBucket(ratesOf(limits).text, nowMs);
  }

  /** A frame of bot audio was sent. */
  creditReplies(): void {
    this.#credit = Math.min(this.#credit + 2, this.#limits.maxTextPerSecond);
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
 * it was held back, by a stall of the network or until the bot sent `opened`. A token is a millisecond; a frame beyond
 * the limit takes none.
 */
export function audioLimit(limits: ClientLimits, nowMs: number): TokenBucket {
  return new TokenBucket(ratesOf(limits).audio, nowMs);
}

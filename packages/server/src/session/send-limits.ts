import { PLATFORM_RATES } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';

/** The kinds of messages that wait for the limits. */
export type SendKind = 'event' | 'pause' | 'resume' | 'audio';

/** The longest `retryAfter` that is honoured; every bucket of the platform refills sooner. (AC-RATE-4) */
export const MAX_QUIET_MS = 30_000;

/** The tokens that events leave for `pong`, `closed` and `disconnect`, which are never delayed. */
const RESERVED_TEXT_TOKENS = 5;

/**
 * Keeps the platform's limits on what a server sends. Plain arithmetic on the times passed in.
 * (AC-RATE-1 to AC-RATE-4)
 */
export class SendLimits {
  readonly #text: TokenBucket;
  /** Made full when the first token is taken; a call without bot audio or pauses needs none. */
  #binary: TokenBucket | undefined;
  #pause: TokenBucket | undefined;
  #resume: TokenBucket | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: number) {
    this.#text = new TokenBucket(PLATFORM_RATES.text, nowMs);
  }

  /** Delays everything that can wait by `ms`, `MAX_QUIET_MS` at most, as the client asked with error 429. */
  quiet(nowMs: number, ms: number): void {
    this.#quietUntilMs = Math.max(this.#quietUntilMs, nowMs + Math.min(ms, MAX_QUIET_MS));
  }

  /** Milliseconds until a message of this kind may be sent; 0 if it may be sent now. */
  msUntil(kind: SendKind, nowMs: number): number {
    const quietMs = Math.max(0, this.#quietUntilMs - nowMs);
    switch (kind) {
      case 'audio':
        return Math.max(quietMs, this.#binary?.msUntil(nowMs) ?? 0);
      case 'event':
        return Math.max(quietMs, this.#msUntilText(nowMs));
      case 'pause':
        return Math.max(quietMs, this.#msUntilText(nowMs), this.#pause?.msUntil(nowMs) ?? 0);
      case 'resume':
        return Math.max(quietMs, this.#msUntilText(nowMs), this.#resume?.msUntil(nowMs) ?? 0);
    }
  }

  /** Milliseconds until more than `frames` binary frames may be sent at once; 0 if they may now; `Infinity` if never. */
  msUntilAudioBurst(nowMs: number, frames: number): number {
    if (!this.#binary) return PLATFORM_RATES.binary.burst >= 1 + frames ? 0 : Number.POSITIVE_INFINITY;
    return this.#binary.msUntil(nowMs, 1 + frames);
  }

  /** Counts a text message that was sent, delayed or not. */
  sentText(type: string, nowMs: number): void {
    this.#text.take(nowMs);
    if (type === 'pause') {
      this.#pause ??= new TokenBucket(PLATFORM_RATES.pause, nowMs);
      this.#pause.take(nowMs);
    } else if (type === 'resume') {
      this.#resume ??= new TokenBucket(PLATFORM_RATES.resume, nowMs);
      this.#resume.take(nowMs);
    }
  }

  /** Counts a binary frame that was sent. */
  sentAudio(nowMs: number): void {
    this.#binary ??= new TokenBucket(PLATFORM_RATES.binary, nowMs);
    this.#binary.take(nowMs);
  }

  #msUntilText(nowMs: number): number {
    return this.#text.msUntil(nowMs, 1 + RESERVED_TEXT_TOKENS);
  }
}

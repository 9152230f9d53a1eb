import { PLATFORM_RATES } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';

/** Kinds of sending that wait for their turn. */
export type SendKind = 'event' | 'pause' | 'resume' | 'audio';

/** The longest `retryAfter` that is honoured: no bucket of the platform takes as long to fill. (AC-RATE-4) */
export const MAX_QUIET_MS = 30_000;

/** Text tokens that events leave for `pong`, `closed` and `disconnect`, which are never held. */
const RESERVED_TEXT_TOKENS = 5;

/**
 * The platform's limits on what a server sends, seen from the server: plain arithmetic on the times given.
 * (AC-RATE-1 to AC-RATE-4)
 */
export class SendLimits {
  readonly #text: TokenBucket;
  readonly #binary: TokenBucket;
  readonly #pause: TokenBucket;
  readonly #resume: TokenBucket;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: number) {
    this.#text = new TokenBucket(PLATFORM_RATES.text, nowMs);
    this.#binary = new TokenBucket(PLATFORM_RATES.binary, nowMs);
    this.#pause = new TokenBucket(PLATFORM_RATES.pause, nowMs);
    this.#resume = new TokenBucket(PLATFORM_RATES.resume, nowMs);
  }

  /** Holds everything that can be held for `ms` from now, `MAX_QUIET_MS` at most, as the client asked with error 429. */
  quiet(nowMs: number, ms: number): void {
    this.#quietUntilMs = Math.max(this.#quietUntilMs, nowMs + Math.min(ms, MAX_QUIET_MS));
  }

  /** Milliseconds until a message of this kind may leave; 0 when it may now. */
  msUntil(kind: SendKind, nowMs: number): number {
    const quietMs = Math.max(0, this.#quietUntilMs - nowMs);
    switch (kind) {
      case 'audio':
        return Math.max(quietMs, this.#binary.msUntil(nowMs));
      case 'event':
        return Math.max(quietMs, this.#msUntilText(nowMs));
      case 'pause':
        return Math.max(quietMs, this.#msUntilText(nowMs), this.#pause.msUntil(nowMs));
      case 'resume':
        return Math.max(quietMs, this.#msUntilText(nowMs), this.#resume.msUntil(nowMs));
    }
  }

  /** Whether more than `frames` binary frames could leave at once. */
  hasAudioBurst(nowMs: number, frames: number): boolean {
    return this.#binary.available(nowMs) >= 1 + frames;
  }

  /** Takes note of a text message that was sent, held before or not. */
  sentText(type: string, nowMs: number): void {
    this.#text.take(nowMs);
    if (type === 'pause') this.#pause.take(nowMs);
    if (type === 'resume') this.#resume.take(nowMs);
  }

  /** Takes note of a binary frame that was sent. */
  sentAudio(nowMs: number): void {
    this.#binary.take(nowMs);
  }

  #msUntilText(nowMs: number): number {
    return this.#text.msUntil(nowMs, 1 + RESERVED_TEXT_TOKENS);
  }
}

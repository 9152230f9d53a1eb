import type { ClauseId, RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import type { RateLimits } from './options.js';

const CLAUSES: Readonly<Record<RateKind, ClauseId>> = {
  text: 'AC-RATE-1',
  binary: 'AC-RATE-2',
  pause: 'AC-RATE-3',
  resume: 'AC-RATE-3',
};

/** A message that exceeds the limit. */
export interface Breach {
  readonly kind: RateKind;
  readonly clause: ClauseId;
  /** How long the bot should wait; only if an error is sent. */
  readonly retryAfterMs?: number;
  /** Whether the bot has exceeded the limit after `MAX_REPEATS` errors in a row. */
  readonly persists?: true;
}

interface Limit {
  readonly kind: RateKind;
  readonly bucket: TokenBucket;
  readonly burst: number;
  quietUntilMs: number;
  /** How often in a row it was still exceeded after `retryAfter`; undefined while there is no error. */
  repeats: number | undefined;
}

/** The session ends if a bot still exceeds a limit after `retryAfter` this many times in a row. */
const MAX_REPEATS = 3;
/** The maximum `retryAfter`: it is sent as a duration, and those are limited. (AC-DUR-1) */
export const MAX_RETRY_AFTER_MS = 100 * 24 * 3_600_000;
/** `retryAfter` is the time in which half of the burst refills. A bot that waited finds slightly less, because some messages were in transit. */
const RETRY_TOKENS = 0.5;
const OBSERVED_TOKENS = 0.25;

/** Enforces the platform's rate limits on the bot. (DECISIONS.md #37, #48) */
export class RateGuard {
  readonly #limits = new Map<RateKind, Limit>();

  constructor(limits: RateLimits, nowMs: number) {
    for (const kind of ['text', 'binary', 'pause', 'resume'] as const) {
      const rate = limits[kind];
      if (!rate) continue;
      const bucket = new TokenBucket(rate, nowMs);
      this.#limits.set(kind, { kind, bucket, burst: rate.burst, quietUntilMs: nowMs, repeats: undefined });
    }
  }

  /** Counts a message. Returns a breach if it exceeds the limit. */
  take(kind: RateKind, nowMs: number): Breach | undefined {
    const limit = this.#limits.get(kind);
    if (!limit) return undefined;
    const { bucket, burst } = limit;
    const isQuietTime = nowMs < limit.quietUntilMs;
    if (!isQuietTime && bucket.available(nowMs) >= burst * OBSERVED_TOKENS) limit.repeats = undefined;
    if (bucket.take(nowMs)) return undefined;
    if (isQuietTime) return { kind, clause: CLAUSES[kind] };
    limit.repeats = limit.repeats === undefined ? 0 : limit.repeats + 1;
    const retryAfterMs = Math.min(bucket.msUntil(nowMs, burst * RETRY_TOKENS), MAX_RETRY_AFTER_MS);
    limit.quietUntilMs = nowMs + retryAfterMs;
    return {
      kind,
      clause: CLAUSES[kind],
      retryAfterMs,
      ...(limit.repeats >= MAX_REPEATS ? { persists: true } : {}),
    };
  }
}

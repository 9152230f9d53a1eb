import type { ClauseId, RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import type { RateLimits } from './options.js';

const CLAUSES: Readonly<Record<RateKind, ClauseId>> = {
  text: 'AC-RATE-1',
  binary: 'AC-RATE-2',
  pause: 'AC-RATE-3',
  resume: 'AC-RATE-3',
};

/** A message that came too soon. */
export interface Breach {
  readonly kind: RateKind;
  readonly clause: ClauseId;
  /** How long the bot is to be quiet; only when it is to be told. */
  readonly retryAfterMs?: number;
}

interface Limit {
  readonly kind: RateKind;
  readonly bucket: TokenBucket;
  readonly restedTokens: number;
  quietUntilMs: number;
}

/** Counts what the bot sends against the platform's limits. (decisions.md #37) */
export class RateGuard {
  readonly #limits = new Map<RateKind, Limit>();
  #breaches = 0;

  constructor(limits: RateLimits, nowMs: number) {
    for (const kind of ['text', 'binary', 'pause', 'resume'] as const) {
      const rate = limits[kind];
      if (!rate) continue;
      const bucket = new TokenBucket(rate, nowMs);
      this.#limits.set(kind, { kind, bucket, restedTokens: rate.burst / 2, quietUntilMs: nowMs });
    }
  }

  /** Messages that came too soon so far. */
  get breaches(): number {
    return this.#breaches;
  }

  /** Counts one message of a kind; tells when it came too soon. */
  take(kind: RateKind, nowMs: number): Breach | undefined {
    const limit = this.#limits.get(kind);
    if (!limit || limit.bucket.take(nowMs)) return undefined;
    this.#breaches += 1;
    const breach: Breach = { kind, clause: CLAUSES[kind] };
    if (nowMs < limit.quietUntilMs) return breach;
    const retryAfterMs = limit.bucket.msUntil(nowMs, limit.restedTokens);
    limit.quietUntilMs = nowMs + retryAfterMs;
    return Number.isFinite(retryAfterMs) ? { ...breach, retryAfterMs } : breach;
  }
}

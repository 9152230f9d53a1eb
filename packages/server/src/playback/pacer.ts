import type { SendLimits } from '../session/send-limits.js';
import type { Playout } from './playout.js';

/** Bot audio in one frame: 4 a second, one below the platform's limit, so that jitter never draws on the burst. */
export const PACED_FRAME_MS = 250;

/** The maximum of unplayed audio at the client. */
export const LEAD_MS = 600;

/** A short frame is sent early if the client has less than this left to play. */
const STARVING_MS = 40;

/** Tokens of the burst that are reserved for frames of full length. */
const RESERVED_FRAMES = 10;

/** The decision about queued audio: send the first `sendMs` of it now, or check again at `retryAtMs`. */
export type PaceDecision =
  | { readonly sendMs: number }
  /** `Infinity`: when more audio comes, or a hold ends. */
  | { readonly retryAtMs: number };

/** The audio to send. */
export interface Pending {
  /** Milliseconds of audio that are queued. */
  readonly queuedMs: number;
  /** Whether the source has ended: nothing will be added. */
  readonly complete: boolean;
  /** Whether nothing of this playback was sent yet: its first frame is sent at once. */
  readonly first: boolean;
  /** The audio to buffer before the first frame and after a gap, in milliseconds; 0 for none. */
  readonly leadMs: number;
  /** Since when something has been queued. */
  readonly queuedSinceMs: number;
}

/** Decides when bot audio is sent, and in which frames. A pure function. (AC-PLAY-5, AC-RATE-2) */
export function pace(pending: Pending, playout: Playout, limits: SendLimits, nowMs: number): PaceDecision {
  if (pending.queuedMs <= 0 || playout.held) return { retryAtMs: Number.POSITIVE_INFINITY };
  const heldMs = limits.msUntil('audio', nowMs);
  if (heldMs > 0) return { retryAtMs: nowMs + heldMs };
  const leadAtMs = pending.queuedSinceMs + pending.leadMs;
  const isBuffering = pending.queuedMs < pending.leadMs && !pending.complete && nowMs < leadAtMs;
  if (isBuffering && (pending.first || playout.aheadMs(nowMs) <= 0)) return { retryAtMs: leadAtMs };
  const sendMs = Math.min(pending.queuedMs, PACED_FRAME_MS);
  if (pending.first) return { sendMs };
  const aheadMs = playout.aheadMs(nowMs);
  if (sendMs < PACED_FRAME_MS && !pending.complete) {
    // Coalesce, unless the caller would hear a gap and the burst has room for short frames.
    const starvesInMs = aheadMs - STARVING_MS;
    if (starvesInMs > 0) return { retryAtMs: nowMs + starvesInMs };
    // Nothing else may happen before the burst refills: the source may fall silent without ending.
    const refillMs = limits.msUntilAudioBurst(nowMs, RESERVED_FRAMES);
    if (refillMs > 0) return { retryAtMs: nowMs + refillMs };
  }
  const earlyMs = aheadMs + sendMs - LEAD_MS;
  return earlyMs > 0 ? { retryAtMs: nowMs + earlyMs } : { sendMs };
}

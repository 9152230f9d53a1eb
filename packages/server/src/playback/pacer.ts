import type { SendLimits } from '../session/send-limits.js';
import type { Playout } from './playout.js';

/** Bot audio in one frame: 4 a second, one below the platform's limit, so that jitter never draws on the burst. */
export const PACED_FRAME_MS = 250;

/** How much unplayed audio the client is given at most. */
export const LEAD_MS = 600;

/** A shorter frame leaves early when the client has less than this left to play. */
const STARVING_MS = 40;

/** Tokens of the burst that are kept for frames of full length. */
const RESERVED_FRAMES = 10;

/** What to do about queued audio: send the first `sendMs` of it now, or ask again at `retryAtMs`. */
export type PaceDecision =
  | { readonly sendMs: number }
  /** `Infinity`: when more audio comes, or a hold ends. */
  | { readonly retryAtMs: number };

/** What there is to send. */
export interface Pending {
  /** Milliseconds of audio that are queued. */
  readonly queuedMs: number;
  /** Whether the source has ended: nothing will be added. */
  readonly complete: boolean;
  /** Whether nothing of this playback was sent yet: its first frame leaves at once. */
  readonly first: boolean;
  /** What is to be gathered before the first frame, and after a gap; 0 for nothing. */
  readonly leadMs: number;
  /** Since when something has been queued. */
  readonly queuedSinceMs: number;
}

/** When bot audio leaves, and in what pieces. Pure: decides from what it is given. (AC-PLAY-5, AC-RATE-2) */
export function pace(pending: Pending, playout: Playout, limits: SendLimits, nowMs: number): PaceDecision {
  if (pending.queuedMs <= 0 || playout.held) return { retryAtMs: Number.POSITIVE_INFINITY };
  const heldMs = limits.msUntil('audio', nowMs);
  if (heldMs > 0) return { retryAtMs: nowMs + heldMs };
  const leadAtMs = pending.queuedSinceMs + pending.leadMs;
  const gathers = pending.queuedMs < pending.leadMs && !pending.complete && nowMs < leadAtMs;
  if (gathers && (pending.first || playout.aheadMs(nowMs) <= 0)) return { retryAtMs: leadAtMs };
  const sendMs = Math.min(pending.queuedMs, PACED_FRAME_MS);
  if (pending.first) return { sendMs };
  const aheadMs = playout.aheadMs(nowMs);
  if (sendMs < PACED_FRAME_MS && !pending.complete) {
    // Coalesce, unless the caller would hear a gap and the burst has room for short frames.
    const starvesInMs = aheadMs - STARVING_MS;
    if (starvesInMs > 0) return { retryAtMs: nowMs + starvesInMs };
    if (!limits.hasAudioBurst(nowMs, RESERVED_FRAMES)) {
      return { retryAtMs: Number.POSITIVE_INFINITY };
    }
  }
  const earlyMs = aheadMs + sendMs - LEAD_MS;
  return earlyMs > 0 ? { retryAtMs: nowMs + earlyMs } : { sendMs };
}

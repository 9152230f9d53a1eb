import type { CLIENT_TIMERS, RateKind } from '@hookline/protocol';
import type { Rate } from '@hookline/runtime';

/** The timers of a session, in milliseconds; see `CLIENT_TIMERS` of the protocol for each and its default. */
export type ClientTimers = Readonly<Record<keyof typeof CLIENT_TIMERS, number>>;

/** How often the bot may send, by kind of message. A kind that is left out is not limited. */
export type RateLimits = Readonly<Partial<Record<RateKind, Rate>>>;

/**
 * What follows when the bot sends more often than allowed. `ladder`: error 429, and the end of the session when the
 * bot is still over the limit three times in a row when `retryAfter` has passed. `error`: error 429 only. `drop`: the
 * same, and the message is dropped (but never one that the session needs). `close`: the end of the session at once.
 */
export type OnBreach = 'ladder' | 'error' | 'drop' | 'close';

/** The audio that the call offers. */
export interface MediaOptions {
  /** Default `PCMU`. */
  readonly format?: 'PCMU' | 'L16';
  /** Byte order of L16. Default `le`. */
  readonly byteOrder?: 'le' | 'be';
  /** Caller audio in one frame, in whole milliseconds from 10 to 1000. Default 200. */
  readonly frameMs?: number;
  /** Whether the first frame leaves with `opened` in place of one frame later. Default false. */
  readonly firstFrameAtOnce?: boolean;
}

/** What becomes of what the caller says between the upgrade and `opened`. */
export type LateOpened = 'burst' | 'discard';

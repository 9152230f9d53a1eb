import type { CLIENT_TIMERS, RateKind } from '@hookline/protocol';
import type { Rate } from '@hookline/runtime';

/** The timers of a session, in milliseconds; see `CLIENT_TIMERS` of the protocol for each and its default. */
export type ClientTimers = Readonly<Record<keyof typeof CLIENT_TIMERS, number>>;

/** How often the bot may send, by kind of message. An omitted kind is not limited. */
export type RateLimits = Readonly<Partial<Record<RateKind, Rate>>>;

/**
 * What happens if the bot exceeds a rate limit. `ladder`: error 429, and the end of the session if the bot still exceeds
 * the limit after `retryAfter` three times in a row. `error`: only error 429. `drop`: error 429, and the message is dropped
 * unless the session needs it. `close`: the end of the session at once.
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
  /** Whether the first frame is sent at `opened` instead of one frame duration later. Default false. */
  readonly firstFrameAtOnce?: boolean;
}

/** How caller audio from between the upgrade and `opened` is handled. */
export type LateOpened = 'burst' | 'discard';

import type { RateKind } from '@hookline/protocol';
import type { Rate } from '@hookline/runtime';

/** The timers of a session, in milliseconds. The defaults are `CLIENT_TIMERS` of the protocol. */
export interface ClientTimers {
  /** From dialling to the end of the WebSocket handshake; afterwards the call fails. Default 5,000. */
  readonly upgradeMs: number;
  /** From `open` to `opened`; afterwards the call fails. Default 5,000. */
  readonly openedMs: number;
  /** From `opened` to the first ping. Default 1,000. */
  readonly firstPingMs: number;
  /** Between pings; also the time limit for a pong, after which the session is closed. Default 5,000. */
  readonly pingIntervalMs: number;
  /** From `close` to `closed`; afterwards the connection is dropped. Default 10,000. */
  readonly closedMs: number;
  /** From `close` to `closed` if the bot did not answer a ping. Default 3,000. */
  readonly closedAfterPongTimeoutMs: number;
  /** From `opened` to the end of the call, on the failure path. Default 900,000, which is 15 minutes. */
  readonly maxDurationMs: number;
}

/** How often the bot may send, by kind of message. An omitted kind is not limited. */
export type RateLimits = Readonly<Partial<Record<RateKind, Rate>>>;

/**
 * What happens if the bot exceeds a rate limit. `ladder`: error 429, and the end of the session if the bot still
 * exceeds the limit after `retryAfter` three times in a row. `error`: only error 429. `drop`: error 429, and the
 * message is dropped unless the session needs it. `close`: the end of the session at once.
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

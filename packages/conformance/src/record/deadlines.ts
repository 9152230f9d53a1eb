import { CLIENT_TIMERS } from '@hookline/protocol';

/** How long the bot may take, in milliseconds. */
export interface Deadlines {
  /** From `open` to `opened`. */
  readonly openedMs: number;
  /** From `ping` to `pong`. */
  readonly pongMs: number;
  /** From `close` to `closed`. */
  readonly closedMs: number;
}

/** What Genesys Cloud grants. */
export const PLATFORM_DEADLINES: Deadlines = {
  openedMs: CLIENT_TIMERS.openedMs,
  pongMs: CLIENT_TIMERS.pingIntervalMs,
  closedMs: CLIENT_TIMERS.closedMs,
};

/** What is waited beyond a deadline, as a part of it, to tell a late answer from none. */
export const LATE_ANSWER_FRACTION = 0.6;

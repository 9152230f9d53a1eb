import { CLIENT_TIMERS } from '@hookline/protocol';

/** The time limits for the bot, in milliseconds. */
export interface Deadlines {
  /** From `open` to `opened`. */
  readonly openedMs: number;
  /** From `ping` to `pong`. */
  readonly pongMs: number;
  /** From `close` to `closed`. */
  readonly closedMs: number;
}

/** The time limits of Genesys Cloud. */
export const PLATFORM_DEADLINES: Deadlines = {
  openedMs: CLIENT_TIMERS.openedMs,
  pongMs: CLIENT_TIMERS.pingIntervalMs,
  closedMs: CLIENT_TIMERS.closedMs,
};

/** Additional wait after a deadline, as a fraction of it, to distinguish a late answer from a missing one. */
export const LATE_ANSWER_FRACTION = 0.6;

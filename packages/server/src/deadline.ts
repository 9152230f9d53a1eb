import type { Cancel, Clock, Ticker } from '@hookline/runtime';

/** A timer that runs so much too late shows that the process was blocked, in milliseconds. */
const STALL_MS = 100;

/** How much time it gives back at most, in milliseconds. */
const MAX_CATCH_UP_MS = 1000;

/** The longest time that a bot may choose to wait for its caller: one day, in milliseconds. */
export const MAX_WAIT_MS = 86_400_000;

/**
 * Calls `act` at `dueMs`, unless it is cancelled before; later if the process was blocked then, by as much as it is late.
 * After a stall Node.js runs timers before it reads sockets: an answer that arrived in time would count as missing, and
 * one that takes several steps, such as a new connection, would have no time.
 *
 * @param ticker - default: a timer of `clock` alone
 */
export function deadline(clock: Clock, dueMs: number, act: () => void, ticker?: Ticker): Cancel {
  const onDue = () => {
    const lateMs = clock.now() - dueMs;
    if (lateMs < STALL_MS) act();
    else cancel = clock.after(Math.min(lateMs, MAX_CATCH_UP_MS), act);
  };
  let cancel = ticker ? ticker.at(dueMs, onDue) : clock.after(dueMs - clock.now(), onDue);
  return () => cancel();
}

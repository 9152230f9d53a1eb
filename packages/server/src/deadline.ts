import type { Cancel, Clock, Ticker } from '@hookline/runtime';

/** A timer that runs so much too late shows that the process was blocked, in milliseconds. */
const STALL_MS = 100;

/** How long the process may then take to read what has arrived meanwhile, in milliseconds. */
const CATCH_UP_MS = 20;

/**
 * Calls `act` at `dueMs`, unless it is cancelled before. After the process was blocked, Node.js runs timers before it
 * reads sockets: an answer that arrived in time would then count as missing, so that is read first.
 *
 * @param ticker - default: a timer of `clock` alone
 */
export function deadline(clock: Clock, dueMs: number, act: () => void, ticker?: Ticker): Cancel {
  const onDue = () => {
    if (clock.now() - dueMs < STALL_MS) act();
    else cancel = clock.after(CATCH_UP_MS, act);
  };
  let cancel = ticker ? ticker.at(dueMs, onDue) : clock.after(dueMs - clock.now(), onDue);
  return () => cancel();
}

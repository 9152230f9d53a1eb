import { type Clock, MAX_TIMER_MS, type NumberRule } from '@hookline/runtime';
import { checkNumber } from '../error.js';
import type { CallRegistry } from './call-registry.js';

/** How long live calls may go on by default, in milliseconds. */
const DEFAULT_DRAIN_MS = 30_000;

/** How long before the deadline the remaining calls are disconnected, in milliseconds. */
const DISCONNECT_LEAD_MS = 2000;

/** The rule for the time of a drain; 0 drops the calls at once. */
const DRAIN_RULE: NumberRule = { min: 0, max: MAX_TIMER_MS };

/**
 * Checks the time of a drain before it starts.
 *
 * @param field - the name of the option
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkDrainMs(field: string, ms: number | undefined): void {
  if (ms !== undefined) checkNumber(field, ms, DRAIN_RULE);
}

/** Requests that are being decided. */
export interface Pending {
  /** Resolves when every pending request is decided. */
  decided(): Promise<void>;
  /** Refuses the pending requests. */
  close(): void;
}

/**
 * Lets requests be decided and live calls end by themselves. Shortly before the deadline it refuses the remaining
 * requests and disconnects the remaining calls, and at the deadline drops the connections that are left. Resolves when
 * there are no calls.
 *
 * @param timeoutMs - from now to the deadline, final disconnects included; default 30,000
 */
export async function drain(
  calls: CallRegistry,
  pending: Pending,
  clock: Clock,
  timeoutMs: number = DEFAULT_DRAIN_MS,
): Promise<void> {
  const leadMs = Math.min(DISCONNECT_LEAD_MS, timeoutMs / 2);
  const cancelDisconnect = clock.after(timeoutMs - leadMs, () => {
    // A request that became a call from now on would get no `disconnect` before the deadline drops it.
    pending.close();
    calls.each(({ session }) =>
      session.end({ end: 'draining', reason: 'error', info: 'the server is shutting down' }),
    );
  });
  let cancelDeadline = () => {};
  const deadline = new Promise<void>((resolve) => {
    cancelDeadline = clock.after(timeoutMs, () => {
      calls.each(({ session }) => session.terminate());
      resolve();
    });
  });
  await Promise.race([pending.decided(), deadline]);
  await calls.empty();
  pending.close();
  cancelDisconnect();
  cancelDeadline();
}

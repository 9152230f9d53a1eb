import type { CallRecord } from './call-record.js';

/**
 * Statuses with which a bot, or a proxy before it, refuses a call that is one too many. Of a call beside another one they
 * say nothing about the call.
 */
const BUSY_STATUSES: ReadonlySet<number> = new Set([429, 503]);

export function isBusyStatus(status: number): boolean {
  return BUSY_STATUSES.has(status);
}

/** Returns the status with which the bot refused a call as one too many; undefined if it did not. */
export function busyStatusOf({ events }: Pick<CallRecord, 'events'>): number | undefined {
  const response = events.find((event) => event.kind === 'response');
  return response?.kind === 'response' && isBusyStatus(response.status) ? response.status : undefined;
}

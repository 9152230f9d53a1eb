import type { Evidence } from '../evidence.js';

/** Every call has one result and one end, and leaves no timers or promises. (DECISIONS.md #23, #24) */
export function oneEnd({ caller, bot, bothClosedAtMs, pendingTimers, unexpectedErrors }: Evidence): string[] {
  const violations = [...unexpectedErrors];
  if (!caller.result) violations.push('the call has no result');
  else if (JSON.stringify(caller.result) !== caller.resultText)
    violations.push('the result changed after it was reported');
  if (caller.closedAtMs === undefined) violations.push('`closed` of the client has not resolved');
  else if (caller.resultAtMs !== undefined && caller.closedAtMs < caller.resultAtMs) {
    violations.push('`closed` resolved before `result`');
  }
  if (bothClosedAtMs === undefined) violations.push('the client or the server still holds the connection');
  else if (pendingTimers.afterClose > 0)
    violations.push(`${pendingTimers.afterClose} timers are left after both sides closed`);
  if (pendingTimers.atEnd > 0) violations.push(`${pendingTimers.atEnd} timers are left at the end`);
  for (const what of bot.promises.pending)
    violations.push(`the promise of the bot's ${what} has not settled`);
  for (const what of caller.promises.pending)
    violations.push(`the promise of the caller's ${what} has not settled`);
  return violations;
}

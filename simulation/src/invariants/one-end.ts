import type { Evidence } from '../evidence.js';

/** Every call has one result and an end, whatever happens, and leaves nothing behind. (DECISIONS.md #23, #24) */
export function oneEnd({ caller, bot, goneAtMs, pendingTimers, stray }: Evidence): string[] {
  const broken = [...stray];
  if (!caller.result) broken.push('the call has no result');
  else if (JSON.stringify(caller.result) !== caller.resultText)
    broken.push('the result changed after it was told');
  if (caller.closedAtMs === undefined) broken.push('`closed` of the client has not resolved');
  else if (caller.resultAtMs !== undefined && caller.closedAtMs < caller.resultAtMs) {
    broken.push('`closed` resolved before `result`');
  }
  if (goneAtMs === undefined) broken.push('the client or the server still holds the connection');
  else if (pendingTimers.whenGone > 0)
    broken.push(`${pendingTimers.whenGone} timers are left when both sides are gone`);
  if (pendingTimers.atTheEnd > 0) broken.push(`${pendingTimers.atTheEnd} timers are left at the end`);
  for (const what of bot.promises.pending) broken.push(`the promise of the bot's ${what} has not settled`);
  for (const what of caller.promises.pending)
    broken.push(`the promise of the caller's ${what} has not settled`);
  return broken;
}

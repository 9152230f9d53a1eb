import type { HistoryItem } from './service.js';

/**
 * Whether the caller has heard anything of the agent, so that it must not greet again. The history alone does not tell:
 * what the session was told before its first connection is in it as well.
 */
export function isGreeted(history: readonly HistoryItem[]): boolean {
  return history.some(({ who }) => who === 'bot');
}

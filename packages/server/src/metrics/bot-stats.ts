import type { EndReason } from '../session/call-ended.js';
import type { BotMetrics, CallSums } from './bot-metrics.js';

/** What a bot has done since it was made. */
export interface BotStats extends CallSums {
  /** Current calls, counted from the upgrade to the end of the connection. */
  readonly sessions: number;
  /** Whether new calls are refused because the server is shutting down. */
  readonly draining: boolean;
  /** Calls that have ended, by outcome. */
  readonly calls: Readonly<Partial<Record<EndReason, number>>>;
  /** Connection probes that were answered. */
  readonly probes: number;
  /** Upgrade requests that were refused, by HTTP status. */
  readonly refused: Readonly<Record<number, number>>;
}

/** Returns the counts as plain data. */
export function botStats(metrics: BotMetrics, sessions: number, draining: boolean): BotStats {
  return {
    sessions,
    draining,
    calls: Object.fromEntries(metrics.calls),
    probes: metrics.probes,
    refused: Object.fromEntries(metrics.refused),
    ...metrics.sums,
  };
}

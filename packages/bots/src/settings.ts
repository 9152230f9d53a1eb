import type { Clock } from '@hookline/runtime';

/** What every reference bot can be given. */
export interface BotSettings {
  /** The source of time; default the machine's. Give it the one that `createBot` has. */
  readonly clock?: Clock;
}

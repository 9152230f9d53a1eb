import { type Clock, checkOptionNames, systemClock } from '@hookline/runtime';

/** What this package throws, as `code` of a `HooklineError`. */
export type BotsErrorCode =
  /** A setting does not exist. */
  'BOTS_BAD_OPTION';

/** What every reference bot can be given. */
export interface BotSettings {
  /** The source of time; default the machine's. Give it the one that `createBot` has. */
  readonly clock?: Clock;
}

/**
 * The clock of a bot.
 *
 * @throws HooklineError `BOTS_BAD_OPTION` for a setting that does not exist
 */
export function clockOf(bot: string, settings: BotSettings): Clock {
  checkOptionNames<BotSettings>('BOTS_BAD_OPTION' satisfies BotsErrorCode, `${bot}: `, settings, {
    clock: true,
  });
  return settings.clock ?? systemClock;
}

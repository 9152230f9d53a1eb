import { type Clock, checkOptionNames, systemClock } from '@hookline/runtime';

/** Codes of the errors of this package, as `code` of a `HooklineError`. */
export type BotsErrorCode =
  /** A setting or phrase that does not exist. */
  'BOTS_BAD_OPTION';

/** Settings of every reference bot. */
export interface BotSettings {
  /** Source of time; pass the same clock as to `createBot`. Default: the system clock. */
  readonly clock?: Clock;
}

/**
 * Returns the clock of a bot.
 *
 * @throws HooklineError `BOTS_BAD_OPTION` for a setting that does not exist
 */
export function clockOf(bot: string, settings: BotSettings): Clock {
  checkOptionNames<BotSettings>('BOTS_BAD_OPTION' satisfies BotsErrorCode, `${bot}: `, settings, {
    clock: true,
  });
  return settings.clock ?? systemClock;
}

import type { Bot } from './bot.js';
import type { BotOptions } from './bot-options.js';
import type { CallHandler } from './call/call.js';
import { serverError } from './error.js';

/**
 * Makes a bot: one async function per call. Nothing listens until `listen`, `attach`, `upgrade` or `inject`.
 *
 * @throws HooklineError `BAD_OPTION`, `BAD_SECRET`
 */
export function createBot(options: BotOptions, handler: CallHandler): Bot {
  throw serverError('BAD_OPTION', `not served yet: ${options.path ?? '/'} ${handler.name}`);
}

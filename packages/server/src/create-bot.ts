import type { Bot } from './bot.js';
import { BotCore } from './bot-core.js';
import type { BotOptions } from './bot-options.js';
import type { CallHandler } from './call/call.js';
import { serverError } from './error.js';
import { inject } from './inject.js';
import { drain } from './life/drain.js';

/**
 * Makes a bot: one async function per call. Nothing listens until `listen`, `attach`, `upgrade` or `inject`.
 *
 * @throws HooklineError `BAD_OPTION`, `BAD_SECRET`
 */
export function createBot(options: BotOptions, handler: CallHandler): Bot {
  if (typeof handler !== 'function') {
    throw serverError(
      'BAD_OPTION',
      `createBot: the handler is ${typeof handler}; it must be an async function.`,
    );
  }
  const core = new BotCore(options, handler);
  return {
    listen() {
      throw serverError('BAD_OPTION', 'sockets come next');
    },
    attach() {
      throw serverError('BAD_OPTION', 'sockets come next');
    },
    upgrade() {
      return false;
    },
    inject: (request) => inject(core, request),
    get sessions() {
      return core.calls.size;
    },
    drain: (drainOptions) => drain(core, drainOptions?.timeoutMs),
  };
}

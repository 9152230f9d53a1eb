import { BasePath } from './admission/base-path.js';
import type { Bot, Listening, ListenOptions } from './bot.js';
import { BotCore } from './bot-core.js';
import type { BotOptions } from './bot-options.js';
import type { CallHandler } from './call/call.js';
import { serverError } from './error.js';
import { inject } from './inject.js';
import { drain } from './life/drain.js';
import { onceSignalled } from './life/signals.js';
import { attach } from './ws/attach.js';
import { listen } from './ws/listen.js';
import { Upgrader } from './ws/upgrader.js';

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
  const upgrader = new Upgrader(core);
  const open = new Set<Listening>();

  const drainAll = async (timeoutMs?: number) => {
    await drain(core, timeoutMs);
    await Promise.all([...open].map((listening) => listening.close()));
  };

  const listenOn = async (port: number, listenOptions: ListenOptions = {}): Promise<Listening> => {
    const socket = await listen(core, upgrader, port, listenOptions);
    const { handleSignals = false } = listenOptions;
    const timeoutMs = typeof handleSignals === 'object' ? handleSignals.drainMs : undefined;
    const offSignals = handleSignals ? onceSignalled(() => void drainAll(timeoutMs)) : () => {};
    const listening: Listening = {
      ...socket,
      close: () => {
        open.delete(listening);
        offSignals();
        return socket.close();
      },
    };
    open.add(listening);
    return listening;
  };

  return {
    listen: listenOn,
    attach: (server, { path } = {}) =>
      attach(upgrader, server, path === undefined ? core.basePath : new BasePath(path)),
    upgrade: (request, socket, head) => upgrader.upgrade(request, socket, head, core.basePath),
    inject: (request) => inject(core, request),
    get sessions() {
      return core.calls.size;
    },
    drain: ({ timeoutMs } = {}) => drainAll(timeoutMs),
  };
}

import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { checkArgument, messageOf, systemClock } from '@hookline/runtime';
import type { FastifyInstance, FastifyPluginCallback, RegisterOptions } from 'fastify';
import type { Bot } from '../bot.js';
import { checkNames, serverError } from '../error.js';
import { checkDrainMs } from '../lifecycle/drain.js';
import { checkMethods } from '../user-code/user-code-check.js';
import { drainTogether } from './drains.js';

/** How long Fastify lets a hook take by default, in milliseconds. */
const DEFAULT_HOOK_MS = 10_000;

/**
 * The share of Fastify's limit for which a hook waits for the drain: a hook that takes longer than the limit makes
 * `close` reject.
 */
const HOOK_SHARE = 0.8;

/** Options of the Fastify plugin, beside Fastify's own. */
export interface FastifyBotOptions {
  /** The bot to mount. */
  readonly bot: Pick<Bot, 'attach' | 'drain'>;
  /** `timeoutMs` of `bot.drain` when Fastify closes, which disconnects live calls up to 2 s before; default 30,000. */
  readonly drainMs?: number;
}

/** The options of every Fastify registration. */
type FastifyOwnOptions = Pick<RegisterOptions, 'prefix' | 'logLevel' | 'logSerializers'>;

/**
 * Mounts a bot on Fastify 5: `fastify.register(fastifyBot, { bot, prefix: '/bots' })`. It takes the upgrades below the
 * prefix, or below the bot's own path if there is none, and leaves all others alone, including those of
 * `@fastify/websocket`. When Fastify closes, all its bots first let their calls end.
 *
 * Fails the registration with `SERVER_BAD_OPTION` for an option that does not exist, and on an instance over http2,
 * which has no WebSocket upgrade.
 */
export const fastifyBot: FastifyPluginCallback<FastifyBotOptions> = (fastify, options, done) => {
  // Fastify does not catch what a plugin with a callback throws: it would end the process.
  try {
    checkArgument('SERVER_BAD_OPTION', 'fastifyBot: options', options, { bot: 'object' });
    checkMethods('fastifyBot: options.bot', options.bot, ['attach', 'drain']);
    checkNames<FastifyBotOptions & FastifyOwnOptions>('fastifyBot: ', options, {
      bot: true,
      drainMs: true,
      prefix: true,
      logLevel: true,
      logSerializers: true,
    });
    checkDrainMs('fastifyBot: drainMs', options.drainMs);
    mount(fastify, options);
  } catch (error) {
    done(error instanceof Error ? error : new Error(messageOf(error)));
    return;
  }
  done();
};

/** @throws HooklineError `SERVER_BAD_OPTION` */
function mount(fastify: FastifyInstance, { bot, drainMs }: FastifyBotOptions): void {
  const server: unknown = fastify.server;
  if (!isHttp1(server)) {
    throw serverError(
      'SERVER_BAD_OPTION',
      'fastifyBot: the Fastify instance uses HTTP/2; expected http or https.',
    );
  }
  const detach = bot.attach(server, fastify.prefix === '' ? {} : { path: fastify.prefix });
  let drained: Promise<void> | undefined;
  const drain = () => {
    drained ??= bot.drain(drainMs === undefined ? {} : { timeoutMs: drainMs });
    return drained;
  };
  const drainAll = drainTogether(server, drain);
  const { pluginTimeout = DEFAULT_HOOK_MS } = fastify.initialConfig;
  // Fastify then closes its port, so that new calls are no longer told 503, and waits for every connection.
  fastify.addHook('preClose', () => settledWithin(pluginTimeout * HOOK_SHARE, drainAll()));
  // Fastify does not limit this hook.
  fastify.addHook('onClose', async () => {
    try {
      await drain();
    } finally {
      detach();
    }
  });
}

/** Waits for `work`, but no longer than `ms`; 0: without a limit. */
async function settledWithin(ms: number, work: Promise<void>): Promise<void> {
  if (ms === 0) return work;
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = systemClock.after(ms, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}

/** Whether a server is one of http or https, which have a timeout for headers; an HTTP/2 server has none. */
function isHttp1(server: unknown): server is HttpServer | HttpsServer {
  return typeof server === 'object' && server !== null && 'headersTimeout' in server;
}

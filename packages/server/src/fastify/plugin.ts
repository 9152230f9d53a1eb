import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { checkArgument, messageOf } from '@hookline/runtime';
import type { FastifyInstance, FastifyPluginCallback, RegisterOptions } from 'fastify';
import type { Bot } from '../bot.js';
import { checkNames, serverError } from '../error.js';
import { checkDrainMs } from '../lifecycle/drain.js';
import { checkMethods } from '../user-code/user-code-check.js';

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
 * `@fastify/websocket`. When Fastify closes, it first lets the calls end.
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
  // Drained before Fastify closes its server, which waits for every connection.
  fastify.addHook('preClose', async () => {
    await bot.drain(drainMs === undefined ? {} : { timeoutMs: drainMs });
    detach();
  });
}

/** Whether a server is one of http or https, which have a timeout for headers; an HTTP/2 server has none. */
function isHttp1(server: unknown): server is HttpServer | HttpsServer {
  return typeof server === 'object' && server !== null && 'headersTimeout' in server;
}

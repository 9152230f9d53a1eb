import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

/** What a bot needs of a Fastify instance. */
export interface FastifyLike {
  readonly server: unknown;
  addHook(name: 'onClose', hook: () => Promise<void>): unknown;
}

/** A plugin for `fastify.register`. `path`: where the bot is served; default the bot's own. */
export type FastifyPlugin = (
  fastify: FastifyLike,
  options: { readonly path?: string },
  done: (error?: Error) => void,
) => void;

/** What the plugin needs of the bot. */
export interface FastifyBot {
  attach(server: HttpServer | HttpsServer, options: { readonly path?: string }): () => void;
  drain(options: { readonly timeoutMs: number }): Promise<void>;
}

/** Fastify closes what it serves at once; calls get this long for their farewell. */
const CLOSE_MS = 1000;

/** Makes the plugin: takes the upgrades below the bot's path, ends the calls when Fastify closes. */
export function fastifyPlugin(bot: FastifyBot): FastifyPlugin {
  return (fastify, options, done) => {
    const { server } = fastify;
    if (!isServer(server)) {
      done(new TypeError('bot.fastify needs an instance over node:http or node:https (no http2).'));
      return;
    }
    const detach = bot.attach(server, options.path === undefined ? {} : { path: options.path });
    fastify.addHook('onClose', async () => {
      await bot.drain({ timeoutMs: CLOSE_MS });
      detach();
    });
    done();
  };
}

function isServer(server: unknown): server is HttpServer | HttpsServer {
  return typeof server === 'object' && server !== null && 'on' in server && 'listenerCount' in server;
}

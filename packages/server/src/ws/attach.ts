import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { describe } from '@hookline/protocol';
import type { BasePath } from '../admission/base-path.js';
import type { Refusal } from '../admission/refusal.js';
import { serverError } from '../error.js';
import { asksForWebSocket } from './other-upgrade.js';
import { handleUpgrades } from './upgrade-handlers.js';
import type { Upgrader } from './upgrader.js';

/**
 * Handles the upgrades below `basePath` of a server; other WebSocket servers may share it. Returns a function that
 * detaches the bot.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` for anything but a server
 */
export function attach(upgrader: Upgrader, server: HttpServer | HttpsServer, basePath: BasePath): () => void {
  checkServer(server);
  return handleUpgrades(server, {
    handle: (request, socket, head) => upgrader.upgrade(request, socket, head, basePath),
    refuse: (request, socket) => {
      socket.on('error', () => socket.destroy());
      upgrader.refuse(request, socket, refusalOf(request, basePath), basePath);
    },
  });
}

function refusalOf(request: IncomingMessage, { path }: BasePath): Refusal {
  if (asksForWebSocket(request)) {
    const reason = `no bot is served at this path; bots are served below ${path}/`;
    return { status: 404, reason };
  }
  const reason = `Upgrade is ${describe(request.headers.upgrade)}; expected websocket`;
  return { status: 426, reason, headers: { Upgrade: 'websocket' } };
}

/** Refuses what is often passed instead of the server, such as an Express app, which never emits an upgrade. */
function checkServer(server: unknown): void {
  const has = (name: string) => typeof Reflect.get(Object(server), name) === 'function';
  const isFunction = typeof server === 'function';
  if (!isFunction && has('emit') && has('on') && has('off') && has('listenerCount')) return;
  const isFastify = !isFunction && has('listen') && has('register');
  const cure = isFunction
    ? ' For Express, pass createServer(app) of node:http, and call listen() of that.'
    : isFastify
      ? ' For Fastify, use the plugin fastifyBot, or pass app.server.'
      : '';
  throw serverError(
    'SERVER_BAD_OPTION',
    `attach: server is ${describe(server)}; expected a server of node:http or node:https.${cure}`,
  );
}

import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { BasePath } from '../admission/base-path.js';
import { handleUpgrades } from './upgrade-handlers.js';
import type { Upgrader } from './upgrader.js';

/**
 * Handles the upgrades below `basePath` of a server; other WebSocket servers may share it. Returns a function that
 * detaches the bot.
 */
export function attach(upgrader: Upgrader, server: HttpServer | HttpsServer, basePath: BasePath): () => void {
  return handleUpgrades(server, {
    handle: (request, socket, head) => upgrader.upgrade(request, socket, head, basePath),
    refuse: (socket) => {
      socket.on('error', () => socket.destroy());
      upgrader.refuse(
        socket,
        {
          status: 404,
          error: 'not-found',
          reason: `no bot is served at this path; bots are served below ${basePath.path}/`,
        },
        {},
      );
    },
  });
}

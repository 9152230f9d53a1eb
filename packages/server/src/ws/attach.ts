import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { BasePath } from '../admission/base-path.js';
import type { Upgrader } from './upgrader.js';

/**
 * Takes the upgrades below `basePath` from a server; other WebSocket servers may live on it. Returns what takes it
 * off again.
 */
export function attach(upgrader: Upgrader, server: HttpServer | HttpsServer, basePath: BasePath): () => void {
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (upgrader.upgrade(request, socket, head, basePath)) return;
    // With nobody else to take it the socket would stay open for ever.
    if (server.listenerCount('upgrade') > 1) return;
    socket.on('error', () => socket.destroy());
    upgrader.refuse(socket, { status: 404, error: 'not-found', reason: 'no bot is served at this path' });
  };
  server.on('upgrade', onUpgrade);
  return () => server.off('upgrade', onUpgrade);
}

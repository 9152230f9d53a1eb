import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { requestHead } from './upgrade-request.js';

/** Whether an upgrade request asks for a WebSocket. `Upgrade` may list several protocols. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  if (headers.upgrade === 'websocket') return true;
  const protocols = headers.upgrade?.split(',') ?? [];
  return protocols.some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

/**
 * Whether a plain request was sent as the upgrade request of a call: a proxy that does not forward `Upgrade` and
 * `Connection` passes on the other headers.
 */
export function lostItsUpgrade({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-key'] !== undefined || headers['audiohook-session-id'] !== undefined;
}

/** The headers that ask for another protocol, and the one that is replaced. */
const DROPPED = new Set(['upgrade', 'http2-settings', 'connection']);

/**
 * Has the server answer a request that asks for a protocol other than WebSocket, such as `h2c`, as if it did not ask
 * (RFC 9110, 7.8): some HTTP clients ask in every request. Node has stopped parsing the connection and hands an upgrade
 * out with whatever follows its head, so the request is put back without these headers and parsed anew. It is the last
 * one of its connection.
 */
export function serveWithoutUpgrade(
  server: HttpServer | HttpsServer,
  request: IncomingMessage,
  socket: Duplex,
  follows: Uint8Array,
): void {
  const head = requestHead(request, DROPPED, ['Connection: close']);
  // Node decodes the bytes of a head as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(head, 'latin1'), follows]));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestRefused } from '../error.js';
import { MAX_PAGE_FRAME_BYTES, MAX_PAGES } from '../limits.js';
import { SOCKET_PATH, SUBPROTOCOL } from '../messages.js';
import { PageSession, type PageSocket } from '../page/page-session.js';
import type { Door } from '../server/door.js';
import { knockOf } from '../server/http.js';
import type { Workshop } from '../workshop.js';

const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
const TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  503: 'Service Unavailable',
};

/** The sockets of the pages. */
export interface SocketServer {
  /** Ends every socket; their calls are hung up. */
  close(): void;
}

/** Takes the upgrades of a server: pages of this studio, at most `MAX_PAGES` at once. */
export function attachSockets(
  server: Server,
  options: { readonly door: () => Door; readonly workshop: Workshop },
): SocketServer {
  const { workshop } = options;
  const pages = new Map<WebSocket, PageSession>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAGE_FRAME_BYTES,
    // A text that is no UTF-8 is refused like any other junk; ws would end the socket.
    skipUTF8Validation: true,
    handleProtocols: () => SUBPROTOCOL,
  });
  workshop.tellAll = (message) => {
    for (const page of pages.values()) page.tell(message);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // What is refused may be gone before it has read why.
    socket.on('error', () => {});
    try {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
      options.door().socket(knockOf(request), offered);
      if (new URL(request.url ?? '/', 'http://127.0.0.1').pathname !== SOCKET_PATH) {
        throw new RequestRefused(404, 'not-found', `Sockets are at ${SOCKET_PATH}.`);
      }
      if (pages.size >= MAX_PAGES) {
        throw new RequestRefused(503, 'busy', `${MAX_PAGES} pages are open already: close one of them.`);
      }
    } catch (error) {
      refuse(socket, error);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const page = new PageSession(pageSocket(ws), workshop);
      pages.set(ws, page);
      ws.on('message', (bytes: Buffer, isBinary) => {
        if (isBinary) page.binary(bytes);
        else page.text(bytes);
      });
      // A frame that breaks the rules of WebSocket ends the socket: `close` follows.
      ws.on('error', () => {});
      ws.on('close', () => {
        pages.delete(ws);
        page.gone();
      });
    });
  });
  return {
    close() {
      for (const [ws, page] of pages) {
        page.gone();
        ws.close(GOING_AWAY, 'the studio was closed');
      }
      sockets.close();
    },
  };
}

function pageSocket(ws: WebSocket): PageSocket {
  return {
    text: (json) => ws.send(json),
    binary: (bytes) => ws.send(bytes),
    get unread() {
      return ws.bufferedAmount;
    },
    drop(reason) {
      ws.close(TRY_AGAIN_LATER, reason);
      ws.terminate();
    },
  };
}

function refuse(socket: Duplex, error: unknown): void {
  const status = error instanceof RequestRefused ? error.status : 500;
  const body = messageOf(error);
  socket.end(
    [
      `HTTP/1.1 ${status} ${TEXTS[status] ?? 'Error'}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

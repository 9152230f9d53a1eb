import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../error.js';
import { MAX_PAGE_FRAME_BYTES, MAX_PAGES } from '../limits.js';
import { SOCKET_PATH, SUBPROTOCOL } from '../messages.js';
import { PageSession, type PageSocket } from '../page/page-session.js';
import type { AccessControl } from '../server/access-control.js';
import { parseTarget, toAccessRequest } from '../server/http.js';
import type { StudioContext } from '../studio-context.js';

const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  503: 'Service Unavailable',
};

/** The WebSocket server for the pages. */
export interface SocketServer {
  /** Closes every socket and hangs up their calls. */
  close(): void;
}

/** Handles the upgrades of an HTTP server: pages of this studio, at most `MAX_PAGES` at once. */
export function attachSockets(
  server: Server,
  options: { readonly access: () => AccessControl; readonly context: StudioContext },
): SocketServer {
  const { context } = options;
  const pages = new Map<WebSocket, PageSession>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAGE_FRAME_BYTES,
    // Invalid UTF-8 is refused like any other malformed message; ws would close the socket.
    skipUTF8Validation: true,
    handleProtocols: () => SUBPROTOCOL,
  });
  context.broadcast = (message) => {
    for (const page of pages.values()) page.send(message);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A rejected client may disconnect before it has read the response.
    socket.on('error', () => {});
    try {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
      options.access().checkSocket(toAccessRequest(request), offered);
      if (parseTarget(request).pathname !== SOCKET_PATH) {
        throw new RequestError(404, 'not-found', `The WebSocket endpoint is ${SOCKET_PATH}.`);
      }
      if (pages.size >= MAX_PAGES) {
        throw new RequestError(503, 'busy', `${MAX_PAGES} pages are already open: close one of them.`);
      }
    } catch (error) {
      rejectUpgrade(socket, error);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const page = new PageSession(pageSocket(ws), context);
      pages.set(ws, page);
      ws.on('message', (bytes: Buffer, isBinary) => {
        if (isBinary) page.onBinary(bytes);
        else page.onText(bytes);
      });
      // After an invalid WebSocket frame ws closes the socket: `close` follows.
      ws.on('error', () => {});
      ws.on('close', () => {
        pages.delete(ws);
        page.close();
      });
    });
  });
  return {
    close() {
      for (const [ws, page] of pages) {
        page.close();
        ws.close(GOING_AWAY, 'the studio was closed');
      }
      sockets.close();
    },
  };
}

function pageSocket(ws: WebSocket): PageSocket {
  return {
    sendText: (json) => ws.send(json),
    sendBinary: (bytes) => ws.send(bytes),
    get bufferedAmount() {
      return ws.bufferedAmount;
    },
    terminate(reason) {
      ws.close(TRY_AGAIN_LATER, reason);
      ws.terminate();
    },
  };
}

function rejectUpgrade(socket: Duplex, error: unknown): void {
  const status = error instanceof RequestError ? error.status : 500;
  const body = messageOf(error);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? 'Error'}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

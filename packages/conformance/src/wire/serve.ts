import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { WebSocketServer } from 'ws';
import { conformanceError } from '../error.js';

/** The response of a raw server to an upgrade request. */
export type Admission =
  | { readonly accept: true; readonly headers?: readonly string[] }
  | {
      readonly accept: false;
      readonly status: number;
      readonly headers?: readonly string[];
      readonly body: string;
    };

/**
 * A connection of a client, a `WebSocket` of `ws`. Written out, because it is part of the public declarations, and `ws`
 * has none of its own.
 */
export interface RawPeer {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  send(data: string | Uint8Array, sent?: (error?: Error) => void): void;
  close(code: number): void;
  terminate(): void;
}

export interface RawServerOptions {
  readonly host: string;
  readonly port: number;
  readonly admit: (request: IncomingMessage) => Admission;
  readonly onCall: (socket: RawPeer, request: IncomingMessage) => void;
}

/** A listening raw server. */
export interface RawServer {
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

const MAX_PAYLOAD_BYTES = 256 * 1024;

/** Starts a raw server. @throws HooklineError `CONFORMANCE_LISTEN` if the port cannot be opened */
export async function listenRaw(options: RawServerOptions): Promise<RawServer> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
  });
  let extraHeaders: readonly string[] = [];
  sockets.on('headers', (lines) => lines.push(...extraHeaders));
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const admission = options.admit(request);
    if (!admission.accept) refuse(socket, admission);
    else {
      extraHeaders = admission.headers ?? [];
      sockets.handleUpgrade(request, socket, head, (opened) => {
        // `ws` emits an error for a frame that is too large and closes the connection.
        opened.on('error', () => {});
        options.onCall(opened, request);
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        conformanceError(
          'CONFORMANCE_LISTEN',
          `cannot listen on ${options.host}:${options.port}: ${messageOf(error)}`,
          error,
        ),
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function refuse(socket: Duplex, { status, headers = [], body }: Extract<Admission, { accept: false }>): void {
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
      '',
      body,
    ].join('\r\n'),
  );
}

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/** A message of the caller. */
export interface CallerMessage {
  readonly type: string;
  readonly parameters: {
    readonly media: readonly { readonly format: string; readonly channels: string[] }[];
  };
}

/** Sends a message of the bot, with the counters that are due. */
export type Send = (type: string, parameters?: object) => void;

/**
 * Serves a bot until the end of the test.
 *
 * @param connected - called for each call; returns what handles a message
 * @returns its URL
 */
export async function serveBot(
  connected: (request: IncomingMessage) => (message: CallerMessage, send: Send) => void,
): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket, request) => {
    const handle = connected(request);
    let seq = 0;
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const { id, seq: clientseq, ...message } = JSON.parse(String(data));
      handle(message, (type, parameters = {}) => {
        seq += 1;
        socket.send(JSON.stringify({ version: '2', type, id, seq, clientseq, parameters }));
      });
    });
  });
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/bot`;
}

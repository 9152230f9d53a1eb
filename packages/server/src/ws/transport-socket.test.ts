import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Logger, systemClock, type TransportEnd, type TransportListener } from '@hookline/runtime';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { TransportSocket } from './transport-socket.js';

const toClose: (() => void)[] = [];

afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

/** A client of a socket with a listener, and what is logged. */
async function connected(listener: Partial<TransportListener>) {
  const errors: string[] = [];
  const log = () => {};
  const logger: Logger = {
    debug: log,
    info: log,
    warn: log,
    error: (_, message) => void errors.push(String(message)),
  };
  const http = createServer();
  const server = new WebSocketServer({ server: http, WebSocket: TransportSocket, autoPong: false });
  let end: (end: TransportEnd) => void = () => {};
  const ended = new Promise<TransportEnd>((resolve) => {
    end = resolve;
  });
  server.on('connection', (socket: TransportSocket) => {
    socket.begin({ clock: systemClock, log: { logger }, limits: { maxBufferedBytes: 1_000_000 } });
    socket.listen({ text() {}, binary() {}, ...listener, closed: end });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  toClose.push(
    () => client.terminate(),
    () => server.close(),
    () => http.close(),
  );
  await once(client, 'open');
  return { client, ended, errors };
}

const fail = () => {
  throw new Error('a mistake in Hookline');
};

it.each<[string, Partial<TransportListener>, (client: WebSocket) => void]>([
  ['a text message', { text: fail }, (client) => client.send('{}')],
  ['a frame', { binary: fail }, (client) => client.send(new Uint8Array(160))],
  [
    'a frame that waited for its turn',
    // Each takes longer than a turn, so that the second waits.
    {
      binary(bytes) {
        const untilMs = performance.now() + 5;
        while (performance.now() < untilMs);
        if (bytes[0] === 1) fail();
      },
    },
    (client) => {
      client.send(Uint8Array.of(0));
      client.send(Uint8Array.of(1));
    },
  ],
])('an error in the handling of %s is logged and ends its connection only', async (_, listener, send) => {
  const { client, ended, errors } = await connected(listener);
  send(client);
  expect(await ended).toMatchObject({ code: 1006 });
  expect(errors).toEqual(['the handling of a message failed: a mistake in Hookline']);
});

it('a frame whose memory the bot has transferred ends its own connection, and not the process', async () => {
  const { client, ended, errors } = await connected({
    binary: ({ buffer }) =>
      void (buffer instanceof ArrayBuffer && structuredClone(buffer, { transfer: [buffer] })),
  });
  const socket: Socket = Reflect.get(client, '_socket');
  // Both frames arrive in one read.
  socket.cork();
  client.send(new Uint8Array(160));
  client.send(new Uint8Array(160));
  socket.uncork();
  expect(await ended).toEqual({ code: 1006, reason: '' });
  expect(errors).toEqual([expect.stringContaining('must transfer a copy: bytes.slice()')]);
});

it('answers a WebSocket ping with its data', async () => {
  const { client } = await connected({});
  client.ping('data');
  const [data] = await once(client, 'pong');
  expect(String(data)).toBe('data');
});

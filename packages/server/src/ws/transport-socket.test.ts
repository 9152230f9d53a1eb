import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Writable } from 'node:stream';
import { systemClock, type TransportEnd, type TransportListener } from '@hookline/runtime';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { TransportSocket } from './transport-socket.js';

const toClose: (() => void)[] = [];

afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

/** A client of a socket with a listener, and what is logged. */
async function connected(listener: Partial<TransportListener>) {
  const errors: string[] = [];
  const log = { connectionFailed: (_: unknown, message: string) => void errors.push(message) };
  const http = createServer();
  const server = new WebSocketServer({ server: http, WebSocket: TransportSocket, autoPong: false });
  let end: (end: TransportEnd) => void = () => {};
  const ended = new Promise<TransportEnd>((resolve) => {
    end = resolve;
  });
  const accepted = once(server, 'connection');
  server.on('connection', (socket: TransportSocket) => {
    socket.begin({ clock: systemClock, log, limits: { maxBufferedBytes: 1_000_000 } });
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
  const [socket]: TransportSocket[] = await accepted;
  return { client, ended, errors, socket };
}

/** Sends frames of 160 bytes in one write, so that the server reads them at once. */
function sendInOneWrite(client: WebSocket, frames: number): void {
  const socket: Socket = Reflect.get(client, '_socket');
  // A masked binary frame of 160 bytes: the length in two bytes, and a mask of zeros.
  const frame = [0x82, 0xfe, 0, 160, 0, 0, 0, 0, ...new Array<number>(160).fill(0)];
  socket.write(Uint8Array.from(Array.from({ length: frames }, () => frame).flat()));
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
  sendInOneWrite(client, 2);
  expect(await ended).toEqual({ code: 1006, reason: '' });
  expect(errors).toEqual([expect.stringContaining('must transfer a copy: bytes.slice()')]);
});

it('a frame that waited while the bot transferred its memory ends its connection, and is not handled as empty', async () => {
  const lengths: number[] = [];
  const { client, ended, errors } = await connected({
    binary({ buffer, length }) {
      lengths.push(length);
      // Longer than a turn, so that the next frame waits.
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      if (lengths.length === 2 && buffer instanceof ArrayBuffer)
        structuredClone(buffer, { transfer: [buffer] });
    },
  });
  sendInOneWrite(client, 3);
  expect(await ended).toEqual({ code: 1006, reason: '' });
  expect(lengths).toEqual([160, 160]);
  expect(errors).toEqual([expect.stringContaining('must transfer a copy: bytes.slice()')]);
});

it('answers a WebSocket ping with its data', async () => {
  const { client } = await connected({});
  client.ping('data');
  const [data] = await once(client, 'pong');
  expect(String(data)).toBe('data');
});

it('ends the parser of ws once, because Node creates an error for each further end', async () => {
  const { client, ended, socket } = await connected({});
  const parser: unknown = Reflect.get(socket ?? {}, '_receiver');
  const end = vi.spyOn(Writable.prototype, 'end');
  onTestFinished(() => end.mockRestore());
  client.close();
  await ended;
  expect(end.mock.contexts.filter((stream) => stream === parser)).toHaveLength(1);
});

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { systemClock } from '@hookline/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { type BotOptions, type CallHandler, createBot } from '../src/index.js';
import { dialHeaders, encodeOpen } from '../src/testing/index.js';
import { SECRET } from './open-call.js';

const toClose: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function serve(handler: CallHandler, options: Partial<BotOptions> = {}) {
  const bot = createBot({ auth: { 'test-key': SECRET }, authority: 'bot.example.com', ...options }, handler);
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  toClose.push(() => listening.close());
  return { bot, port: listening.port };
}

/** A WebSocket by hand: nothing keeps it from breaking the rules. */
async function handshake(port: number): Promise<Socket & { readonly gone: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  toClose.push(() => socket.destroy());
  const headers = Object.entries({
    ...dialHeaders({ clock: systemClock, secret: SECRET }),
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Extensions': 'permessage-deflate',
    'Sec-WebSocket-Protocol': 'audiohook',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET / HTTP/1.1\r\n${headers.join('')}\r\n`);
  const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  expect(head).toMatch(/^HTTP\/1.1 101 /);
  expect(head).not.toMatch(/extensions|protocol:/i);
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return Object.assign(socket, { gone });
}

/** A masked frame as a client sends it. */
function frame(opcode: number, payload: Uint8Array, first = 0x80): Buffer {
  const mask = randomBytes(4);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255])
        : Buffer.from([
            0x80 | 127,
            0,
            0,
            0,
            0,
            ...[24, 16, 8, 0].map((bits) => (payload.length >> bits) & 255),
          ]);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([first | opcode]), length, mask, masked]);
}

const text = (message: string) => frame(1, Buffer.from(message));

describe('a hostile peer', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['an unmasked frame', (socket) => socket.write(Buffer.from([0x81, 2, 0x7b, 0x7d]))],
    ['a reserved opcode', (socket) => socket.write(frame(3, Buffer.alloc(2)))],
    ['a reserved bit, as in a compressed frame', (socket) => socket.write(frame(2, Buffer.alloc(2), 0xc0))],
    ['text that is not UTF-8', (socket) => socket.write(frame(1, Buffer.from([0xff, 0xfe, 0xc0])))],
    [
      'a length above the limit',
      (socket) => socket.write(Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255])),
    ],
    [
      'five thousand fragments',
      (socket) => {
        socket.write(frame(2, Buffer.alloc(1), 0));
        for (let sent = 0; sent < 5000; sent++) socket.write(frame(0, Buffer.alloc(1), 0));
      },
    ],
    ['a continuation without a start', (socket) => socket.write(frame(0, Buffer.alloc(2)))],
    ['a close frame of one byte', (socket) => socket.write(frame(8, Buffer.alloc(1)))],
    ['noise', (socket) => socket.write(randomBytes(4096))],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['nothing more after a half-close', (socket) => socket.end()],
  ])('that sends %s is disconnected without effect on others', async (_, attack) => {
    const { bot, port } = await serve(() => new Promise<void>(() => {}));
    const good = await handshake(port);
    good.write(text(encodeOpen()));
    await new Promise((resolve) => good.once('data', resolve));
    const bad = await handshake(port);
    attack(bad);
    await bad.gone;
    good.write(
      text(
        JSON.stringify({ ...JSON.parse(encodeOpen()), type: 'ping', seq: 2, serverseq: 1, parameters: {} }),
      ),
    );
    const answer = await new Promise<string>((resolve) => good.once('data', (data) => resolve(String(data))));
    expect(answer).toContain('"pong"');
    expect(bot.sessions).toBe(1);
  });

  it(
    verifies('AC-CONN-5', 'AC-CONN-6', 'that writes one byte at a time is served like any other'),
    async () => {
      const { port } = await serve(() => new Promise<void>(() => {}));
      const socket = await handshake(port);
      socket.setNoDelay(true);
      for (const byte of text(encodeOpen())) socket.write(Buffer.from([byte]));
      const answer = await new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(String(data))),
      );
      expect(answer).toContain('"opened"');
    },
  );

  it('that does not read is disconnected when too much is queued for it', async () => {
    const { bot, port } = await serve(
      (call) =>
        new Promise<void>((resolve) => {
          call.onAudio(() => {
            for (let sent = 0; sent < 100; sent++) call.sendFrame(new Uint8Array(64_000));
          });
          call.signal.addEventListener('abort', () => resolve());
        }),
      { limits: { maxBufferedBytes: 100_000 } },
    );
    const socket = await handshake(port);
    socket.write(text(encodeOpen()));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    while (bot.sessions > 0) {
      socket.write(frame(2, Buffer.alloc(160)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bot.stats().calls).toEqual({ connectionLost: 1 });
  });
});

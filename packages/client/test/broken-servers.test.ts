import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it, type TestContext } from 'vitest';
import { callAudioConnector, defineIntegration, type FailureResult } from '../src/index.js';
import { frame, onRequest, rawServer, upgradeAnswer } from './raw-server.js';

/** Short timers; the bounds are scaled accordingly. */
const TIMERS = {
  upgradeMs: 800,
  openedMs: 200,
  firstPingMs: 100,
  pingIntervalMs: 300,
  closedMs: 300,
  closedAfterPongTimeoutMs: 200,
  maxDurationMs: 4000,
};

/** A bot's side of an upgraded connection. */
class Peer {
  readonly socket: Socket;
  readonly #id: string;
  #seq = 0;
  /** The seq of the last client message that was read. */
  clientseq = 1;

  constructor(socket: Socket, head: string) {
    this.socket = socket;
    this.#id = /audiohook-session-id: *(\S+)/i.exec(head)?.[1] ?? '';
  }

  message(type: string, parameters: unknown, wrong: object = {}): void {
    this.#seq += 1;
    const envelope = { version: '2', id: this.#id, type, seq: this.#seq, clientseq: this.clientseq };
    this.text(JSON.stringify({ ...envelope, parameters, ...wrong }));
  }

  opened(wrong: object = {}): void {
    this.message('opened', { startPaused: false, media: [PCMU_EXTERNAL] }, wrong);
  }

  text(text: string | Buffer): void {
    this.raw(frame(1, text));
  }

  audio(ms: number): void {
    this.raw(frame(2, new Uint8Array(ms * 8).fill(0x55)));
  }

  raw(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Writes the same bytes until the connection ends, as fast as they are accepted. */
  flood(bytes: Buffer): void {
    const pump = () => {
      while (!this.socket.destroyed && this.socket.write(bytes));
    };
    this.socket.on('drain', pump);
    pump();
  }
}

const upgraded = (act: (peer: Peer) => void) => (socket: Socket) =>
  onRequest(socket, (head) => {
    socket.write(upgradeAnswer(head));
    // Data from the client is read and discarded, unless a server stops reading.
    socket.resume();
    act(new Peer(socket, head));
  });

const answering = (answer: (head: string) => string | Buffer) => (socket: Socket) =>
  onRequest(socket, (head) => socket.write(answer(head)));

const after = (ms: number, socket: Socket, act: () => void) => {
  const timer = setTimeout(act, ms);
  socket.on('close', () => clearTimeout(timer));
};

const every = (ms: number, socket: Socket, act: () => void) => {
  const timer = setInterval(act, ms);
  socket.on('close', () => clearInterval(timer));
};

type Server = readonly [
  name: string,
  causes: readonly FailureResult['cause'][],
  onSocket: (socket: Socket) => void,
];

const BEFORE_THE_UPGRADE: readonly Server[] = [
  ['accepts and says nothing', ['upgrade-timeout'], () => {}],
  ['accepts and closes', ['bad-upgrade'], (socket) => socket.end()],
  ['accepts and resets', ['bad-upgrade'], (socket) => socket.resetAndDestroy()],
  [
    'resets after the request',
    ['bad-upgrade'],
    (socket) => onRequest(socket, () => socket.resetAndDestroy()),
  ],
  ['reads no byte', ['upgrade-timeout'], (socket) => socket.pause()],
  ['drips its status line', ['upgrade-timeout', 'bad-upgrade'], (s) => every(10, s, () => s.write('H'))],
  [
    'drips its headers',
    ['upgrade-timeout', 'bad-upgrade'],
    (s) => {
      s.write('HTTP/1.1 101 X\r\n');
      every(5, s, () => s.write('A: b\r\n'));
    },
  ],
  ['answers garbage', ['bad-upgrade'], answering(() => randomBytes(512))],
  ['answers with TLS', ['bad-upgrade'], answering(() => Buffer.from('1503010002022a', 'hex'))],
  ['answers another protocol', ['bad-upgrade'], answering(() => '220 mail.example ESMTP\r\n')],
  ['answers HTTP/0.9', ['bad-upgrade'], answering(() => '<html>hello</html>')],
  [
    'answers 100 endlessly',
    ['upgrade-timeout'],
    (s) => onRequest(s, () => every(10, s, () => s.write('HTTP/1.1 100 Continue\r\n\r\n'))),
  ],
  [
    'answers 200 with an endless body',
    ['http-status'],
    (s) =>
      onRequest(s, () => {
        s.write('HTTP/1.1 200 OK\r\n\r\n');
        every(5, s, () => s.write('x'.repeat(1000)));
      }),
  ],
  [
    'answers 401 without a body',
    ['unauthorized'],
    answering(() => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'answers 401 and keeps the body',
    ['unauthorized'],
    answering(() => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 99\r\n\r\n'),
  ],
  [
    'answers 500 and resets',
    ['http-status'],
    (s) =>
      onRequest(s, () => {
        s.write('HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\nabc');
        after(20, s, () => s.resetAndDestroy());
      }),
  ],
  [
    'redirects to itself',
    ['redirect'],
    answering(() => 'HTTP/1.1 307 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'redirects without a location',
    ['redirect'],
    answering(() => 'HTTP/1.1 301 Go\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'upgrades without an accept key',
    ['bad-upgrade'],
    answering(() => 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
  ],
  ['upgrades with a wrong accept key', ['bad-upgrade'], answering((head) => upgradeAnswer(head, [], 'x'))],
  [
    'upgrades to something else',
    ['bad-upgrade'],
    answering((head) => upgradeAnswer(head).replace('websocket', 'h2c')),
  ],
  [
    'upgrades with deflate',
    ['bad-upgrade'],
    answering((head) =>
      upgradeAnswer(head, ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15']),
    ),
  ],
  [
    'upgrades with a subprotocol',
    ['bad-upgrade'],
    answering((head) => upgradeAnswer(head, ['Sec-WebSocket-Protocol: audiohook'])),
  ],
  [
    'sends a huge header',
    ['bad-upgrade'],
    answering((head) => upgradeAnswer(head, [`X: ${'y'.repeat(100_000)}`])),
  ],
  [
    'sends a thousand headers',
    ['bad-upgrade'],
    answering((head) =>
      upgradeAnswer(
        head,
        Array.from({ length: 3000 }, (_, i) => `X-${i}: y`),
      ),
    ),
  ],
  [
    'sends headers with control characters',
    ['bad-upgrade'],
    answering((head) => upgradeAnswer(head, ['X: \u0001\u0000'])),
  ],
];

const AFTER_THE_UPGRADE: readonly Server[] = [
  ['says nothing', ['open-timeout'], upgraded(() => {})],
  ['closes at once', ['connection-lost'], upgraded((p) => p.raw(frame(8, '')))],
  ['ends the socket at once', ['connection-lost'], upgraded((p) => p.socket.end())],
  ['resets at once', ['connection-lost'], upgraded((p) => p.socket.resetAndDestroy())],
  [
    'closes with a code and keeps the socket',
    ['connection-lost'],
    upgraded((p) => p.raw(frame(8, Buffer.from([3, 0xe9])))),
  ],
  ['closes with an illegal code', ['connection-lost'], upgraded((p) => p.raw(frame(8, Buffer.from([0, 5]))))],
  ['sends a close frame of one byte', ['connection-lost'], upgraded((p) => p.raw(frame(8, 'x')))],
  ['sends garbage', ['connection-lost'], upgraded((p) => p.raw(Buffer.from('ff'.repeat(200), 'hex')))],
  ['sends reserved bits', ['connection-lost'], upgraded((p) => p.raw(Buffer.from([0xf1, 1, 0x41])))],
  ['sends an unknown opcode', ['connection-lost'], upgraded((p) => p.raw(frame(3, 'x')))],
  [
    'sends masked frames',
    ['connection-lost'],
    upgraded((p) => p.raw(Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x40]))),
  ],
  ['sends invalid UTF-8', ['connection-lost'], upgraded((p) => p.text(Buffer.from([0xff, 0xfe])))],
  [
    'sends a compressed frame',
    ['connection-lost'],
    upgraded((p) => {
      const bomb = deflateRawSync(Buffer.alloc(60_000_000));
      p.raw(
        Buffer.concat([
          Buffer.from([0xc1, 127, 0, 0, 0, 0, 0, 0, bomb.length >> 8, bomb.length & 0xff]),
          bomb,
        ]),
      );
    }),
  ],
  [
    'announces a frame of 2^62 bytes',
    ['protocol-violation'],
    upgraded((p) => p.raw(Buffer.from([0x82, 127, 0x40, 0, 0, 0, 0, 0, 0, 0]))),
  ],
  [
    'announces 2 MiB and drips them',
    ['protocol-violation'],
    upgraded((p) => p.raw(Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0x20, 0, 0]))),
  ],
  ['sends half a frame and waits', ['open-timeout'], upgraded((p) => p.raw(Buffer.from([0x81, 50, 0x7b])))],
  ['sends an oversized ping', ['connection-lost'], upgraded((p) => p.raw(frame(9, 'x'.repeat(200))))],
  ['sends text that is not JSON', ['protocol-violation'], upgraded((p) => p.text('hello'))],
  ['sends an empty text', ['protocol-violation'], upgraded((p) => p.text(''))],
  [
    'sends JSON nested 20,000 deep',
    ['protocol-violation'],
    upgraded((p) => p.text('['.repeat(20_000) + ']'.repeat(20_000))),
  ],
  ['sends 60,000 characters of spaces', ['protocol-violation'], upgraded((p) => p.text(' '.repeat(60_000)))],
  ['sends audio before `opened`', ['protocol-violation'], upgraded((p) => p.audio(20))],
  ['sends `opened` with seq 0', ['bad-opened'], upgraded((p) => p.opened({ seq: 0 }))],
  ['sends `opened` with seq 2', ['bad-opened'], upgraded((p) => p.opened({ seq: 2 }))],
  ['sends `opened` with a text for seq', ['bad-opened'], upgraded((p) => p.opened({ seq: '1' }))],
  [
    'sends `opened` with another id',
    ['bad-opened'],
    upgraded((p) => p.opened({ id: '11111111-1111-4111-8111-111111111111' })),
  ],
  ['sends `opened` with version 3', ['bad-opened'], upgraded((p) => p.opened({ version: '3' }))],
  [
    'sends `opened` with a clientseq from the future, and then nothing',
    ['pong-timeout'],
    upgraded((p) => p.opened({ clientseq: 9 })),
  ],
  ['sends `opened` without parameters', ['bad-opened'], upgraded((p) => p.opened({ parameters: undefined }))],
  [
    'sends `opened` with foreign media',
    ['bad-opened'],
    upgraded((p) => p.message('opened', { startPaused: false, media: [{ ...PCMU_EXTERNAL, rate: 16_000 }] })),
  ],
  [
    'sends `opened` with media that is not an array',
    ['bad-opened'],
    upgraded((p) => p.message('opened', { startPaused: false, media: {} })),
  ],
  ['sends `closed` for `opened`', ['protocol-violation'], upgraded((p) => p.message('closed', {}))],
  [
    'refuses the credentials late',
    ['unauthorized'],
    upgraded((p) => p.message('disconnect', { reason: 'unauthorized', info: 'no' })),
  ],
  [
    'disconnects with an unknown reason',
    ['protocol-violation'],
    upgraded((p) => p.message('disconnect', { reason: 'bye' })),
  ],
  [
    'disconnects with outputs that are a list',
    ['protocol-violation'],
    upgraded((p) => p.message('disconnect', { reason: 'completed', outputVariables: [1] })),
  ],
  ['opens and is silent', ['pong-timeout'], upgraded((p) => p.opened())],
  [
    'opens and stops reading',
    ['pong-timeout'],
    upgraded((p) => {
      p.opened();
      p.socket.pause();
    }),
  ],
  [
    'opens and becomes half-open',
    ['connection-lost'],
    upgraded((p) => {
      p.opened();
      p.socket.end();
    }),
  ],
  [
    'opens and resets',
    ['connection-lost'],
    upgraded((p) => {
      p.opened();
      after(50, p.socket, () => p.socket.resetAndDestroy());
    }),
  ],
  [
    'opens twice',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.opened();
    }),
  ],
  [
    'answers pings with wrong pongs',
    ['pong-timeout'],
    upgraded((p) => {
      p.opened();
      every(20, p.socket, () => p.message('pong', {}, { clientseq: 1 }));
    }),
  ],
  [
    'repeats a seq',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('event', { entities: [] }, { seq: 1 });
    }),
  ],
  [
    'jumps in seq',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('event', { entities: [] }, { seq: 9 });
    }),
  ],
  [
    'sends `error`',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('error', { code: 400, message: 'you' });
    }),
  ],
  [
    'sends an unknown type',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('hello', {});
    }),
  ],
  [
    'sends `pause` with parameters null',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('pause', null);
    }),
  ],
  [
    'sends entities that are not an array',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.message('event', { entities: 'x' });
    }),
  ],
  [
    'sends 65,000 bytes of audio in a frame',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.raw(frame(2, Buffer.alloc(65_000)));
    }),
  ],
  [
    'sends audio with `media: []`',
    ['protocol-violation'],
    upgraded((p) => {
      p.message('opened', { startPaused: false, media: [] });
      p.audio(20);
    }),
  ],
  [
    'disconnects with an error and never closes',
    ['bot-error'],
    upgraded((p) => {
      p.opened();
      p.message('disconnect', { reason: 'error', info: 'x' });
    }),
  ],
];

const FLOODS: readonly Server[] = [
  [
    'sends fragments endlessly',
    ['connection-lost', 'open-timeout'],
    upgraded((p) => {
      p.raw(Buffer.from([0x01, 1, 0x41]));
      p.flood(Buffer.concat(Array.from({ length: 500 }, () => Buffer.from([0x00, 1, 0x41]))));
    }),
  ],
  [
    'floods pings',
    ['open-timeout', 'connection-lost'],
    upgraded((p) => p.flood(Buffer.concat(Array.from({ length: 100 }, () => frame(9, 'ping'))))),
  ],
  [
    'floods audio',
    ['buffer-overflow', 'pong-timeout'],
    upgraded((p) => {
      p.opened();
      p.flood(frame(2, Buffer.alloc(64_000, 0x55)));
    }),
  ],
  [
    'floods audio of one byte',
    ['pong-timeout', 'buffer-overflow'],
    upgraded((p) => {
      p.opened();
      p.flood(Buffer.concat(Array.from({ length: 1000 }, () => frame(2, 'x'))));
    }),
  ],
  [
    'floods empty audio',
    ['pong-timeout'],
    upgraded((p) => {
      p.opened();
      p.flood(Buffer.concat(Array.from({ length: 1000 }, () => frame(2, ''))));
    }),
  ],
  [
    'floods with text that is not JSON',
    ['protocol-violation'],
    upgraded((p) => {
      p.opened();
      p.flood(frame(1, 'x'.repeat(60_000)));
    }),
  ],
  [
    'floods events',
    ['pong-timeout'],
    upgraded((p) => {
      p.opened();
      every(1, p.socket, () => {
        for (let i = 0; i < 50; i++)
          p.message('event', { entities: [{ type: 'x', data: 'y'.repeat(1000) }] });
      });
    }),
  ],
  [
    'floods pongs',
    ['pong-timeout'],
    upgraded((p) => {
      p.opened();
      every(1, p.socket, () => {
        for (let i = 0; i < 200; i++) p.message('pong', {});
      });
    }),
  ],
  [
    'floods pongs and reads nothing',
    ['pong-timeout', 'connection-lost'],
    upgraded((p) => {
      p.opened();
      p.socket.pause();
      every(1, p.socket, () => {
        for (let i = 0; i < 200; i++) p.message('pong', {});
      });
    }),
  ],
  [
    'floods pause and reads nothing',
    ['pong-timeout', 'connection-lost'],
    upgraded((p) => {
      p.opened();
      p.socket.pause();
      every(1, p.socket, () => {
        for (let i = 0; i < 200; i++) p.message('pause', {});
      });
    }),
  ],
  [
    'floods barge-ins between audio',
    ['pong-timeout', 'connection-lost'],
    upgraded((p) => {
      p.opened();
      every(1, p.socket, () => {
        for (let i = 0; i < 50; i++) {
          p.audio(20);
          p.message('event', { entities: [{ type: 'barge_in', data: {} }] });
        }
      });
    }),
  ],
  [
    'floods after its disconnect',
    ['bot-error'],
    upgraded((p) => {
      p.opened();
      p.message('disconnect', { reason: 'error' });
      p.flood(frame(2, Buffer.alloc(64_000)));
    }),
  ],
];

async function endsByItself(
  [, causes, onSocket]: Server,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
): Promise<void> {
  const url = await rawServer(onSocket, onTestFinished);
  const integration = defineIntegration({ baseConnectionUri: url, apiKey: 'key', clientSecret: 'c2VjcmV0' });
  // A busy machine must not turn an immediate action of the server into a timeout.
  const openedMs = causes.includes('open-timeout') ? TIMERS.openedMs : 20_000;
  const upgradeMs = causes.includes('upgrade-timeout') ? TIMERS.upgradeMs : 20_000;
  // Counts the time in which this process could run: an interval does not make up for runs that were missed.
  let availableMs = 0;
  const counting = setInterval(() => {
    availableMs += 20;
  }, 20);
  onTestFinished(() => clearInterval(counting));
  const call = callAudioConnector({ integration, timers: { ...TIMERS, upgradeMs, openedMs } });
  const result = await call.result;
  await call.closed;
  expect(result).toMatchObject({ path: 'failure' });
  expect(causes).toContain(result.path === 'failure' ? result.cause : result.path);
  expect(availableMs).toBeLessThan(5000);
}

const titled = (servers: readonly Server[]) => servers.map((server) => ({ name: server[0], server }));

describe('a call ends by itself, in time, with the right cause, if the server', () => {
  it.concurrent.for(titled([...BEFORE_THE_UPGRADE, ...AFTER_THE_UPGRADE]))('$name', ({ server }, context) =>
    endsByItself(server, context),
  );

  // One by one: server and client share the process, and a flood uses most of it.
  it.for(titled(FLOODS))('$name', ({ server }, context) => endsByItself(server, context));

  it('floods, in less than 150 MB', async (context) => {
    const before = process.memoryUsage().rss;
    for (const server of FLOODS.slice(0, 4)) await endsByItself(server, context);
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(150);
  });
});

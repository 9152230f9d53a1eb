import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { systemClock } from '@hookline/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { verifies } from '../../../scripts/verifies.ts';
import { type Bot, type BotOptions, type CallHandler, createBot, type Listening } from '../src/index.js';
import { dialHeaders, encodeOpen } from '../src/testing/index.js';

const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
const toClose: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function serve(handler: CallHandler = () => {}, options: Partial<BotOptions> = {}) {
  const bot = createBot({ auth: { 'test-key': SECRET }, authority: 'bot.example.com', ...options }, handler);
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  toClose.push(() => listening.close());
  return { bot, listening };
}

function dial(listening: Listening, headers: Record<string, string> = {}, path = '/'): WebSocket {
  const { Host: _, ...signed } = dialHeaders({ clock: systemClock, secret: SECRET, url: path });
  const socket = new WebSocket(`ws://127.0.0.1:${listening.port}${path}`, {
    headers: { ...signed, ...headers },
    perMessageDeflate: false,
  });
  socket.on('error', () => {});
  toClose.push(() => socket.terminate());
  return socket;
}

const opened = (socket: WebSocket) =>
  new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

const nextText = (socket: WebSocket) =>
  new Promise<Record<string, unknown>>((resolve) => {
    socket.once('message', (data) => resolve(JSON.parse(String(data))));
  });

const refusal = (socket: WebSocket) =>
  new Promise<{ status: number | undefined; body: string }>((resolve) => {
    socket.once('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });

const ended = (socket: WebSocket) =>
  new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => {});
    toClose.push(() => socket.destroy());
  });
}

const OPEN = JSON.parse(encodeOpen());

describe('a listening bot', () => {
  it(verifies('AC-CONN-3', 'opens a signed call and answers its close'), async () => {
    const { listening, bot } = await serve(() => new Promise<void>(() => {}));
    const socket = dial(listening);
    await opened(socket);
    socket.send(JSON.stringify(OPEN));
    expect(await nextText(socket)).toMatchObject({ type: 'opened', seq: 1, clientseq: 1 });
    expect(bot.sessions).toBe(1);
    socket.send(
      JSON.stringify({ ...OPEN, type: 'close', seq: 2, serverseq: 1, parameters: { reason: 'end' } }),
    );
    expect(await nextText(socket)).toMatchObject({ type: 'closed', seq: 2, clientseq: 2, parameters: {} });
    socket.close();
    await ended(socket);
  });

  it('delivers audio as received, and sends it back by the raw path', async () => {
    const { listening } = await serve(
      (call) =>
        new Promise<void>(() => {
          call.onAudio((bytes) => call.sendFrame(bytes));
        }),
    );
    const socket = dial(listening);
    await opened(socket);
    socket.send(JSON.stringify(OPEN));
    await nextText(socket);
    const frame = Buffer.alloc(1600, 0x42);
    const back = new Promise<Buffer>((resolve) => {
      socket.once('message', (data) => resolve(data as Buffer));
    });
    socket.send(frame);
    expect(Buffer.compare(await back, frame)).toBe(0);
  });

  it.each([
    ['no key', { 'X-API-KEY': '' }, /X-API-KEY is missing/],
    ['an unknown key', { 'X-API-KEY': 'other' }, /keyid/],
    ['a signature of 31 bytes', { Signature: `sig1=:${Buffer.alloc(31).toString('base64')}:` }, /match/],
    ['an invalid signature', { Signature: 'sig1' }, /./],
  ])('refuses %s with 401 and one line of JSON before the upgrade', async (_, headers, reason) => {
    const { listening } = await serve();
    const { status, body } = await refusal(dial(listening, headers));
    expect(status).toBe(401);
    expect(body.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(body)).toEqual({ error: 'unauthorized', reason: expect.stringMatching(reason) });
    expect(body).not.toContain(SECRET);
  });

  it('refuses a repeated request', async () => {
    const { listening } = await serve();
    const headers = dialHeaders({ clock: systemClock, secret: SECRET });
    await opened(dial(listening, headers));
    expect(await refusal(dial(listening, headers))).toMatchObject({
      status: 401,
      body: expect.stringContaining('replay'),
    });
  });

  it('answers 404 to an upgrade outside its path, and 426 to a request without upgrade', async () => {
    const { listening } = await serve(() => {}, { path: '/v1' });
    expect(await refusal(dial(listening, {}, '/other'))).toMatchObject({ status: 404 });
    const status = await new Promise((resolve) => {
      get(`http://127.0.0.1:${listening.port}/v1`, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(426);
  });

  it('answers 431 to a header that is too large', async () => {
    const { listening } = await serve();
    const answer = await raw(listening.port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 [\s\S]*\{"error":"headers-too-large"/);
  });

  it('drops a peer that sends nothing, and one that sends its header byte by byte', async () => {
    const { listening } = await serve(() => {}, { timers: { upgradeHeadersMs: 100 } });
    await Promise.all([raw(listening.port, ''), raw(listening.port, 'GET / HTT')]);
  });

  it('answers 503 at its maximum of calls', async () => {
    const { listening } = await serve(() => {}, { limits: { maxSessions: 1 } });
    await opened(dial(listening));
    expect(await refusal(dial(listening))).toMatchObject({ status: 503 });
  });

  it('refuses a message beyond its payload limit with 1009, without effect on other calls', async () => {
    const { listening } = await serve(() => new Promise<void>(() => {}));
    const [bad, good] = [dial(listening), dial(listening)];
    await Promise.all([opened(bad), opened(good)]);
    good.send(JSON.stringify(OPEN));
    await nextText(good);
    bad.send(Buffer.alloc(300_000));
    expect(await ended(bad)).toBe(1009);
    expect(good.readyState).toBe(WebSocket.OPEN);
  });

  it('survives a reset before, during and after the handshake', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { listening, bot } = await serve(() => {}, {
      auth: async () => {
        await held;
        return SECRET;
      },
    });
    const socket = connect(listening.port, '127.0.0.1', () => {
      socket.write(
        'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-KEY: test-key\r\n\r\n',
      );
    });
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('ready', resolve));
    socket.resetAndDestroy();
    release();
    const next = dial(listening);
    await opened(next);
    next.terminate();
    const last = dial(listening);
    await opened(last);
    expect(bot.sessions).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['without', [], 0],
    ['with two', ['Host: a', 'Host: b'], 2],
  ] as const)('refuses a request %s Host headers even if it is unsigned', async (_, hosts, found) => {
    const { listening, bot } = await serve(() => {}, { auth: { 'test-key': null } });
    const usual = Object.entries(dialHeaders({ clock: systemClock })).filter(([name]) => name !== 'Host');
    const handshake = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const lines = [...hosts, ...handshake, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    const request = ['GET / HTTP/1.1', ...lines, ...usual.map(([name, value]) => `${name}: ${value}`)];
    const answer = await raw(listening.port, `${request.join('\r\n')}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain(`${found} Host headers; expected one`);
    expect(bot.sessions).toBe(0);
  });

  it('drains: refuses new calls, lets live ones end, then stops listening', async () => {
    const { listening, bot } = await serve(() => new Promise<void>(() => {}));
    const socket = dial(listening);
    await opened(socket);
    socket.send(JSON.stringify(OPEN));
    await nextText(socket);
    const drained = bot.drain({ timeoutMs: 300 });
    expect(await refusal(dial(listening))).toMatchObject({ status: 503 });
    expect(await nextText(socket)).toMatchObject({
      type: 'disconnect',
      parameters: { reason: 'error', info: 'the server is shutting down' },
    });
    await drained;
    expect(await raw(listening.port, '').catch(() => '')).toBe('');
  });
});

describe('a bot on an existing server', () => {
  async function shared(bot: Bot) {
    const server = createServer();
    const others = new WebSocketServer({ noServer: true });
    const detach = bot.attach(server, { path: '/bots' });
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/chat') others.handleUpgrade(request, socket, head, (ws) => ws.send('"chat"'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    toClose.push(
      detach,
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return { port: (server.address() as AddressInfo).port, server };
  }

  it('claims only its own path', async () => {
    const bot = createBot({ auth: { 'test-key': null } }, () => new Promise<void>(() => {}));
    const { port } = await shared(bot);
    const chat = new WebSocket(`ws://127.0.0.1:${port}/chat`);
    toClose.push(() => chat.terminate());
    expect(await nextText(chat)).toBe('chat');
    const { Host: _, ...headers } = dialHeaders({ clock: systemClock });
    const call = new WebSocket(`ws://127.0.0.1:${port}/bots/book`, { headers });
    toClose.push(() => call.terminate());
    await opened(call);
    expect(bot.sessions).toBe(1);
  });
});

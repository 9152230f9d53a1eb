import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@hookline/runtime';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { fastifyBot } from '../src/fastify/index.js';
import { type Bot, createBot, createRouter } from '../src/index.js';
import { dialHeaders, encodeOpen } from '../src/testing/index.js';
import { listen } from './listen.js';
import { idle, SECRET } from './open-call.js';

const makeBot = (path = '/bots') =>
  createBot({ auth: { 'test-key': SECRET }, authority: 'bot.example.com', path }, idle);

/** Dials with a signature that is right for `path`. */
function dial(port: number, path: string): WebSocket {
  const { Host: _, ...headers } = dialHeaders({ clock: systemClock, secret: SECRET, url: path });
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  return socket;
}

const refused = (socket: WebSocket) =>
  new Promise<number | undefined>((resolve) => {
    socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode));
  });

const firstText = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.once('message', (data) => resolve(String(data)));
  });

/** Opens a call on a bot that is mounted somewhere. */
async function expectCall(port: number, path: string, bot: Bot): Promise<WebSocket> {
  const before = bot.sessions;
  const socket = dial(port, path);
  socket.on('open', () => socket.send(encodeOpen()));
  expect(JSON.parse(await firstText(socket))).toMatchObject({ type: 'opened' });
  expect(bot.sessions).toBe(before + 1);
  return socket;
}

const getText = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.text() };
};

describe('a WebSocketServer of ws and a bot on one http server', () => {
  function addChat(server: Server): void {
    const chat = new WebSocketServer({ server, path: '/chat' });
    chat.on('connection', (socket) => socket.send('chat'));
    onTestFinished(() => chat.close());
  }

  it.each(['after', 'before'])(
    'gets its own upgrades and the bot gets its own when added %s it',
    async (order) => {
      const server = createServer();
      const bot = makeBot();
      if (order === 'before') addChat(server);
      bot.attach(server);
      if (order === 'after') addChat(server);
      const port = await listen(server);
      expect(await firstText(dial(port, '/chat'))).toBe('chat');
      await expectCall(port, '/bots/book', bot);
      expect(await refused(dial(port, '/botswana'))).toBe(400);
    },
  );

  it('receives all upgrades once the bot is detached', async () => {
    const server = createServer();
    const detach = makeBot().attach(server);
    addChat(server);
    const port = await listen(server);
    detach();
    detach();
    expect(await firstText(dial(port, '/chat'))).toBe('chat');
    expect(await refused(dial(port, '/bots'))).toBe(400);
    expect(server.listenerCount('upgrade')).toBe(1);
  });
});

describe('several bots on one http server', () => {
  it('each serve their own path, and a request outside all paths is told so', async () => {
    const server = createServer();
    const [first, second] = [makeBot('/first'), makeBot('/second')];
    const detachFirst = first.attach(server);
    second.attach(server);
    const port = await listen(server);
    await expectCall(port, '/first', first);
    await expectCall(port, '/second', second);
    expect(await refused(dial(port, '/third'))).toBe(404);
    detachFirst();
    expect(await refused(dial(port, '/first'))).toBe(404);
    await expectCall(port, '/second', second);
  });

  it('leave upgrades to the request handler of the server when all are detached', async () => {
    const server = createServer((_, response) => response.writeHead(418).end());
    makeBot().attach(server)();
    const port = await listen(server);
    expect(await refused(dial(port, '/bots'))).toBe(418);
  });
});

describe('Express', () => {
  it('serves its routes, the status pages of the bot, and calls', async () => {
    const bot = makeBot();
    const app = express();
    app.use((request, response, next) => {
      if (!bot.http(request, response)) next();
    });
    app.get('/hello', (_, response) => void response.send('hello'));
    const server = createServer(app);
    bot.attach(server);
    const port = await listen(server);
    expect(await getText(port, '/hello')).toEqual({ status: 200, body: 'hello' });
    expect((await getText(port, '/readyz')).status).toBe(200);
    expect((await getText(port, '/metrics')).body).toContain('hookline_server_sessions 0\n');
    expect((await getText(port, '/bots')).status).toBe(404);
    const call = await expectCall(port, '/bots/book', bot);
    const disconnected = firstText(call);
    const drained = bot.drain({ timeoutMs: 400 });
    expect((await getText(port, '/readyz')).status).toBe(503);
    expect(JSON.parse(await disconnected)).toMatchObject({ type: 'disconnect' });
    await drained;
    expect((await getText(port, '/hello')).status).toBe(200);
  });
});

describe('the Fastify plugin', () => {
  it('serves the bot below its prefix next to other routes, and lets calls end when Fastify closes', async () => {
    const bot = makeBot('/');
    const app = fastify();
    app.get('/hello', async () => 'hello');
    await app.register(fastifyBot, { bot, prefix: '/v1/bots', drainMs: 400 });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    expect(await getText(port, '/hello')).toEqual({ status: 200, body: 'hello' });
    expect(await refused(dial(port, '/elsewhere'))).toBe(404);
    const call = await expectCall(port, '/v1/bots/book', bot);
    const disconnected = firstText(call);
    const closed = app.close();
    expect(JSON.parse(await disconnected)).toMatchObject({
      type: 'disconnect',
      parameters: { info: 'the server is shutting down' },
    });
    await closed;
    expect(bot.sessions).toBe(0);
    expect(app.server.listenerCount('upgrade')).toBe(0);
  });

  it('uses the path of the bot without a prefix, and works next to another WebSocketServer', async () => {
    const bot = createBot(
      { auth: { 'test-key': SECRET }, authority: 'bot.example.com', path: '/bots' },
      createRouter().bot('book', idle),
    );
    const app = fastify();
    onTestFinished(() => app.close());
    await app.register(fastifyBot, { bot, drainMs: 10 });
    const chat = new WebSocketServer({ server: app.server, path: '/chat' });
    chat.on('connection', (socket) => {
      socket.send('chat');
      socket.terminate();
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    expect(await firstText(dial(port, '/chat'))).toBe('chat');
    const call = await expectCall(port, '/bots/book', bot);
    expect(await refused(dial(port, '/bots/other'))).toBe(404);
    call.terminate();
  });

  it.each([
    ['the first', ['/busy', '/idle']],
    ['the last', ['/idle', '/busy']],
  ])('refuses calls of all its bots with 503 while Fastify waits for a call of %s', async (_, prefixes) => {
    const app = fastify();
    const bots = new Map(prefixes.map((prefix) => [prefix, makeBot('/')]));
    for (const [prefix, bot] of bots) {
      await app.register(async (scope) => scope.register(fastifyBot, { bot, prefix: '/voice' }), { prefix });
    }
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const [busy, free] = [bots.get('/busy'), bots.get('/idle')];
    if (!busy || !free) throw new Error('a bot is missing');
    const call = await expectCall(port, '/busy/voice/book', busy);
    const closed = app.close();
    await expect.poll(() => busy.ready() || free.ready()).toBe(false);
    expect(await refused(dial(port, '/idle/voice/book'))).toBe(503);
    expect(await refused(dial(port, '/busy/voice/book'))).toBe(503);
    call.terminate();
    await closed;
    expect(app.server.listenerCount('upgrade')).toBe(0);
  });

  it('lets a call go on for longer than Fastify lets a hook take', async () => {
    const bot = makeBot('/');
    const app = fastify({ pluginTimeout: 500 });
    await app.register(fastifyBot, { bot, prefix: '/bots' });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const call = await expectCall(port, '/bots/book', bot);
    const closed = app.close();
    await expect.poll(() => app.server.listening, { timeout: 10_000 }).toBe(false);
    expect(bot.sessions).toBe(1);
    call.terminate();
    await closed;
    expect(bot.sessions).toBe(0);
  });

  it('refuses an instance over http2', async () => {
    const app = fastify({ http2: true });
    await expect(app.register(fastifyBot, { bot: makeBot() })).rejects.toMatchObject({
      code: 'SERVER_BAD_OPTION',
    });
    expect(app.server.listenerCount('upgrade')).toBe(0);
  });

  it('does not serve the bot if an option is refused', async () => {
    const app = fastify();
    await expect(app.register(fastifyBot, { bot: makeBot(), drainMs: -1 })).rejects.toMatchObject({
      code: 'SERVER_BAD_OPTION',
    });
    expect(app.server.listenerCount('upgrade')).toBe(0);
  });
});

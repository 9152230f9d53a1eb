import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import { systemClock } from '@hookline/runtime';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type FastifyBotOptions, fastifyBot } from '../src/fastify/index.js';
import { type BotOptions, createBot } from '../src/index.js';
import { dialHeaders, encodeOpen } from '../src/testing/index.js';
import { listen } from './listen.js';
import { idle, SECRET } from './open-call.js';

const makeBot = (options: Partial<BotOptions> = {}) =>
  createBot({ auth: { 'test-key': SECRET }, authority: 'bot.example.com', ...options }, idle);

/** Values that no type allows, as from JavaScript. */
const untyped = <Value>(value: unknown) => value as Value;

const refusal = (message: string | RegExp) =>
  expect.objectContaining({
    code: 'SERVER_BAD_OPTION',
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });

describe('attach', () => {
  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'attach: server is nothing'],
    ['null', () => null, 'attach: server is null'],
    ['a port', () => 8080, 'attach: server is 8080'],
    ['an object', () => ({}), 'attach: server is an object'],
    ['an Express app', () => express(), 'createServer(app)'],
    ['a Fastify instance', () => fastify(), 'app.server'],
  ])('refuses %s instead of a server', (_, server, message) => {
    expect(() => makeBot().attach(untyped<Server>(server()))).toThrow(refusal(message));
  });

  it.each([5, {}, null])('refuses the path %j', (path) => {
    const server = createServer();
    expect(() => makeBot().attach(server, { path: untyped<string>(path) })).toThrow(
      refusal(/^attach: path is /),
    );
    expect(server.listenerCount('upgrade')).toBe(0);
  });
});

describe('upgrade', () => {
  it.each<[string, readonly unknown[], string]>([
    ['nothing', [], 'upgrade: request is undefined'],
    ['no socket', [{ url: '/' }], 'upgrade: socket is undefined'],
    ['no head', [{ url: '/', headers: {} }, new Duplex()], 'upgrade: head is undefined'],
  ])('refuses %s', (_, args, message) => {
    const { upgrade } = makeBot();
    expect(() => upgrade(...untyped<Parameters<typeof upgrade>>(args))).toThrow(refusal(message));
  });

  it('that is called twice for one request, as by two listeners, opens one call', async () => {
    const bot = makeBot();
    const server = createServer();
    for (let nth = 0; nth < 2; nth++)
      server.on('upgrade', (request, socket, head) => void bot.upgrade(request, socket, head));
    const port = await listen(server);
    const { Host: _, ...headers } = dialHeaders({ clock: systemClock, secret: SECRET, url: '/' });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers });
    onTestFinished(() => socket.terminate());
    const opened = await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(encodeOpen()));
      socket.once('message', (data) => resolve(String(data)));
    });
    expect(JSON.parse(opened)).toMatchObject({ type: 'opened' });
    expect(bot.stats()).toMatchObject({ sessions: 1 });
  });
});

describe('the Fastify plugin', () => {
  it.each<[unknown, string]>([
    [{}, 'fastifyBot: options.bot is an object without attach()'],
    [{ attach() {} }, 'fastifyBot: options.bot is an object without drain()'],
  ])('refuses the bot %o, and Fastify reports it', async (bot, message) => {
    const app = fastify();
    onTestFinished(() => app.close());
    await expect(app.register(fastifyBot, { bot: untyped<FastifyBotOptions['bot']>(bot) })).rejects.toEqual(
      refusal(message),
    );
  });

  it('reports a prefix that no bot can have', async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    await expect(app.register(fastifyBot, { bot: makeBot(), prefix: '/a?b' })).rejects.toEqual(
      refusal('path is "/a?b"'),
    );
  });
});

describe('createBot and listen', () => {
  it.each(['', ' ', 'k\n', ' k', 'k\u0000', '\u{1f511}'])(
    'refuse the API key %j, which no request can carry',
    (key) => {
      expect(() => makeBot({ auth: { [key]: null } })).toThrow(refusal('createBot: auth: an API key '));
    },
  );

  it.each([5, {}, '', '/a/../b', '/%2e%2e/x'])('refuse the path %j', (path) => {
    expect(() => makeBot({ path: untyped<string>(path) })).toThrow(refusal(/^createBot: path is /));
  });

  it.each(['', ' ', 5, null, {}])(
    'refuse the host %j, which would open the port to every network',
    async (host) => {
      await expect(makeBot().listen(0, { host: untyped<string>(host) })).rejects.toEqual(
        refusal('listen: host is'),
      );
    },
  );
});

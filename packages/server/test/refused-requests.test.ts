import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogFields, Logger } from '@hookline/runtime';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createBot } from '../src/index.js';
import { listenTo } from '../src/metrics/diagnostics.js';
import { dialHeaders } from '../src/testing/index.js';
import { answerTo, cleanUp, dialBare, target } from './attack/raw-peer.js';
import { API_KEY, changed, type RequestOverrides, signedRequest, without } from './attack/signed-request.js';
import { dialBot, idle, untilEnd } from './open-call.js';

afterEach(cleanUp);

/** What a bot logs, and the refusals on the diagnostics channel. */
function observed() {
  const lines: LogFields[] = [];
  const published: number[] = [];
  const keep = (fields: LogFields) => lines.push(fields);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  onTestFinished(listenTo('hookline:server:refused', ({ status }) => published.push(status)));
  return { logger, lines, published };
}

const INVALID: [string, number, RequestOverrides][] = [
  ['of another version of WebSocket', 426, { headers: changed('sec-websocket-version', () => '12') }],
  ['without a key of WebSocket', 400, { headers: without(/^sec-websocket-key$/i) }],
  ['without a Host', 400, { headers: without(/^host$/i) }],
];

describe('a refused upgrade request', () => {
  it.each<[string, number, RequestOverrides]>([
    ...INVALID,
    ['to another path', 404, { path: '/elsewhere' }],
    ['with a wrong signature', 401, { target: '/v1/other' }],
  ])('%s is counted, logged and published once', async (_, status, odd) => {
    const { logger, lines, published } = observed();
    // Without a secret the signature is not checked, so that the handshake is.
    const auth = { [API_KEY]: status === 401 ? Buffer.alloc(32, 7) : null };
    const { bot, port } = await target(idle, { auth, path: '/v1', logger });
    expect((await answerTo(port, signedRequest(port, { path: '/v1/sales', ...odd }).text)).status).toBe(
      status,
    );
    expect(bot.stats().refused).toEqual({ [status]: 1 });
    expect(lines).toEqual([expect.objectContaining({ status, remoteAddress: '127.0.0.1' })]);
    expect(published).toEqual([status]);
  });

  it.each([
    ...INVALID,
    ['with an unknown key', 401, { key: 'unknown' }] satisfies [string, number, RequestOverrides],
  ])(
    '%s is logged with the Connector ID below the path where the bot is attached',
    async (_, status, odd) => {
      for (const path of ['/', '/v1/voice']) {
        const { logger, lines } = observed();
        const bot = createBot({ auth: { [API_KEY]: null }, path, logger }, idle);
        const server = createServer();
        bot.attach(server, { path: '/bots' });
        onTestFinished(() => void server.close());
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const { port } = server.address() as AddressInfo;
        const { text } = signedRequest(port, { path: '/bots/sales', ...odd });
        expect((await answerTo(port, text)).status).toBe(status);
        expect(lines).toEqual([expect.objectContaining({ status, connectorId: '"sales"' })]);
      }
    },
  );
});

describe('a client that is refused by disconnect', () => {
  const other = Buffer.alloc(32, 7).toString('base64');

  it.each([
    ['with a wrong signature', { secret: other }, true],
    ['with an unknown key', { apiKey: 'unknown', secret: other }, false],
  ])('%s is a request that was refused with 401, and no call', async (_, dial, knownKey) => {
    const { logger, lines, published } = observed();
    const options = { unauthorized: 'disconnect', path: '/v1', logger } as const;
    const { clock, bot, client } = await dialBot(idle, options, { url: '/v1/sales', ...dial });
    client.open();
    client.sendAudio();
    const disconnect = await untilEnd(clock, client);
    const reason = disconnect?.info;
    expect(disconnect).toEqual({ reason: 'unauthorized', info: expect.any(String) });
    const sessionId = client.id;
    expect(lines).toEqual([{ status: 401, reason, sessionId, connectorId: '"sales"', knownKey }]);
    expect(published).toEqual([401]);
    expect(bot.stats()).toMatchObject({ refused: { 401: 1 }, calls: {}, droppedInFrames: 0 });
  });

  it('is counted once if there are too many of them', async () => {
    const { logger, lines, published } = observed();
    const options = { unauthorized: 'disconnect', limits: { maxPendingUpgrades: 1 }, logger } as const;
    const { clock, bot } = await dialBot(idle, options, { secret: other });
    const headers = dialHeaders({ clock, secret: other });
    expect(await clock.run(bot.inject({ url: '/', headers }))).toMatchObject({ status: 401 });
    const line = expect.objectContaining({ status: 401, knownKey: true });
    expect([lines, published]).toEqual([
      [line, line],
      [401, 401],
    ]);
  });
});

describe('a plain request', () => {
  it.each([
    ['of a call', /^(upgrade|connection)$/i],
    ['of a call, without its WebSocket headers', /^(upgrade|connection|sec-websocket-.*)$/i],
  ])('%s is counted, logged and published: a proxy removed Upgrade', async (_, removed) => {
    const { logger, lines, published } = observed();
    const { bot, port } = await target(idle, { path: '/v1', logger });
    const { text, session } = signedRequest(port, { path: '/v1/sales', headers: without(removed) });
    expect((await answerTo(port, text)).status).toBe(426);
    expect(bot.stats().refused).toEqual({ 426: 1 });
    const reason = expect.stringContaining('a proxy has to forward Upgrade, and send Connection: Upgrade');
    expect(lines).toEqual([expect.objectContaining({ reason, sessionId: session, connectorId: '"sales"' })]);
    expect(published).toEqual([426]);
  });

  it('of anybody else, such as a browser, is neither counted nor logged nor published', async () => {
    const { logger, lines, published } = observed();
    const { bot, port } = await target(idle, { logger });
    expect((await answerTo(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).status).toBe(426);
    expect([bot.stats().refused, lines, published]).toEqual([{}, [], []]);
  });
});

describe('a connection without an upgrade request', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('that sends %s is logged, but neither counted nor published', async (_, text, status) => {
    const { logger, lines, published } = observed();
    const { bot, port } = await target(idle, { logger });
    expect((await answerTo(port, text)).status).toBe(status);
    expect(lines).toEqual([expect.objectContaining({ status, remoteAddress: '127.0.0.1' })]);
    expect(bot.stats().refused).toEqual({});
    expect(published).toEqual([]);
  });

  it('that is reset, as by a health check, is not mentioned at all', async () => {
    const { logger, lines, published } = observed();
    const { port } = await target(idle, { logger });
    const check = await dialBare(port);
    check.resetAndDestroy();
    // What comes later on another connection is handled after the reset.
    expect((await answerTo(port, signedRequest(port, { key: 'unknown' }).text)).status).toBe(401);
    expect(lines).toEqual([expect.objectContaining({ status: 401 })]);
    expect(published).toEqual([401]);
  });
});

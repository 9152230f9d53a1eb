import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { CERT, KEY } from '../../client/test/self-signed.js';
import { fastifyBot } from '../src/fastify/index.js';
import { createBot } from '../src/index.js';
import { listen } from './listen.js';
import { idle, SECRET } from './open-call.js';

const makeBot = () => createBot({ auth: { 'test-key': SECRET }, path: '/bots' }, idle);

/** What Java's HttpClient and `curl --http2` add to an HTTP/1.1 request. */
const H2C =
  'Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';

/** Sends text to a server and returns the status and the body of what it answers until it closes the connection. */
async function exchange(socket: Socket, request: string) {
  onTestFinished(() => void socket.destroy());
  socket.write(request);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: body.trim() };
}

/** An app that answers with what it received. */
const app = () =>
  createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += String(bytes);
    });
    request.on('end', () =>
      response.end(`${request.method} ${request.url} ${request.headers.accept} ${body}`),
    );
  });

describe('a request that asks for a protocol other than WebSocket', () => {
  it.each(['h2c', 'TLS/1.0, HTTP/2.0'])(
    'is answered by the app that a bot is attached to: %s',
    async (protocol) => {
      const server = app();
      makeBot().attach(server);
      const request = `GET /orders HTTP/1.1\r\nAccept: text/é\r\n${H2C.replace('h2c', protocol)}\r\n`;
      const answer = await exchange(connect(await listen(server), '127.0.0.1'), request);
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('GET /orders');
    },
  );

  it('keeps its body, also if that arrives later', async () => {
    const server = app();
    makeBot().attach(server);
    const socket = connect(await listen(server), '127.0.0.1');
    const answer = exchange(socket, `POST /orders HTTP/1.1\r\nContent-Length: 6\r\n${H2C}\r\none`);
    server.once('request', (request) => request.once('data', () => socket.write('two')));
    expect((await answer).body).toContain('onetwo');
  });

  it('is answered over TLS', async () => {
    const server = createTlsServer({ key: KEY, cert: CERT }, (_, response) => response.end('app'));
    makeBot().attach(server);
    const port = await listen(server);
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    expect(await exchange(socket, `GET / HTTP/1.1\r\n${H2C}\r\n`)).toMatchObject({ status: 200 });
  });

  it('is answered by a route of Fastify', async () => {
    const server = fastify();
    onTestFinished(() => server.close());
    server.get('/orders', () => 'orders');
    await server.register(fastifyBot, { bot: makeBot(), prefix: '/bots' });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    expect(await exchange(connect(port, '127.0.0.1'), `GET /orders HTTP/1.1\r\n${H2C}\r\n`)).toEqual({
      status: 200,
      body: 'orders',
    });
  });

  it('gets the status pages of listen, and 426 at the path of the bot', async () => {
    const bot = makeBot();
    const listening = await bot.listen(0, { host: '127.0.0.1', statusPages: true });
    onTestFinished(() => listening.close());
    const statuses = [];
    for (const path of ['/healthz', '/readyz', '/metrics', '/bots']) {
      const answer = await exchange(
        connect(listening.port, '127.0.0.1'),
        `GET ${path} HTTP/1.1\r\n${H2C}\r\n`,
      );
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 426]);
    expect(bot.stats().refused).toEqual({});
  });

  it('is left to the other upgrade listeners of a server', async () => {
    const server = app();
    makeBot().attach(server);
    const chat = new WebSocketServer({ server, path: '/chat' });
    onTestFinished(() => chat.close());
    const answer = await exchange(
      connect(await listen(server), '127.0.0.1'),
      `GET /chat HTTP/1.1\r\n${H2C}\r\n`,
    );
    expect(answer.status).toBe(400);
  });

  it('is refused by a server that answers no requests', async () => {
    const server = createServer();
    makeBot().attach(server);
    const answer = await exchange(
      connect(await listen(server), '127.0.0.1'),
      `GET /bots HTTP/1.1\r\n${H2C}\r\n`,
    );
    expect(answer).toMatchObject({
      status: 426,
      body: expect.stringContaining('"h2c\\"; expected websocket'),
    });
  });
});

describe('an upgrade that lists WebSocket among others', () => {
  it('is handled by the bot', async () => {
    const server = app();
    makeBot().attach(server);
    const request = `GET /bots HTTP/1.1\r\n${H2C.replace('h2c', 'h2c, WebSocket')}\r\n`;
    const answer = await exchange(connect(await listen(server), '127.0.0.1'), request);
    expect(answer.status).toBe(401);
  });
});

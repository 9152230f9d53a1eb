import { once } from 'node:events';
import { connect } from 'node:net';
import type { Logger } from '@hookline/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { createBot, createRouter } from '../src/index.js';

const bot = async () => ({});

test('says in a 404 where a bot is served, and logs each refused upgrade with its status', async () => {
  const lines: [object, string][] = [];
  const write: Logger['warn'] = (fields, message) => void lines.push([fields, message]);
  const logger = { debug() {}, info() {}, warn: write, error: write };
  const router = createRouter().bot('parrot', bot).bot('book/:table', bot);
  const listening = await createBot({ auth: { k: null }, path: '/v1', logger }, router).listen(0, {
    host: '127.0.0.1',
  });
  onTestFinished(() => listening.close());
  const upgrade = async (path: string, headers = '') => {
    const socket = connect(listening.port, '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
    );
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    await once(socket, 'close');
    return text;
  };
  const served = 'no bot is served at this path; one is at /v1/parrot, /v1/book/:table';
  expect(await upgrade('/v1/other')).toContain(served);
  expect(await upgrade('/')).toContain(served);
  expect(await upgrade('/v1/parrot')).toContain(' 401 ');
  expect(await upgrade('/v1/parrot', 'X-API-KEY: k\r\n')).toContain(' 400 ');
  expect(lines).toEqual([
    [{ status: 404, error: 'not-found' }, `refused: ${served}`],
    [{ status: 404, error: 'not-found' }, `refused: ${served}`],
    [{ status: 401, knownKey: false }, 'refused: the header X-API-KEY is missing'],
    [{ status: 400, error: 'bad-request' }, 'refused: the header Audiohook-Session-Id is missing'],
  ]);
});

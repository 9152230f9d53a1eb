import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Studio } from '../src/index.js';
import { SOCKET_PATH } from '../src/messages.js';
import { socketTo, startTestStudio } from './page.js';

let studio: Studio;
beforeAll(async () => {
  studio = await startTestStudio();
});

/** Sends a request as a browser, or an attacker, would. */
function send(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return new Promise<{ status: number; text: string; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: studio.port, path, method, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(pieces).toString('utf8'),
            headers: response.headers,
          }),
        );
      });
      sent.on('error', reject);
      sent.end();
    },
  );
}

const bearer = () => ({ authorization: `Bearer ${studio.token}` });

describe('the page', () => {
  test('is served at / and below /assets/, with a policy that allows no external resources', async () => {
    const { status, headers, text } = await send('/');
    expect([status, text]).toEqual([200, expect.stringContaining('<!doctype html>')]);
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
    expect(headers).toMatchObject({
      'permissions-policy': 'microphone=(self)',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const script = await send('/assets/page.js');
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  test.each([
    '/nothing.js',
    '//',
    '//127.0.0.1:1/api/calls',
    '/../package.json',
    '/assets/../../../package.json',
    '/%2e%2e/package.json',
    '/etc/passwd',
  ])('has no %s', async (path) => {
    expect((await send(path)).status).toBe(404);
  });

  test('answers 400 to a request target that is neither a path nor a URL', async () => {
    const { status, text } = await send('*', {}, 'OPTIONS');
    expect([status, text]).toEqual([400, expect.stringContaining('request target \\"*\\"')]);
    expect((await send(`http://127.0.0.1:${studio.port}/`)).status).toBe(200);
  });

  test('answers HEAD like GET, without a body', async () => {
    const [get, head] = [await send('/'), await send('/', {}, 'HEAD')];
    expect([head.status, head.text]).toEqual([200, '']);
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    expect(Number(head.headers['content-length'])).toBe(get.text.length);
    expect((await send('/nothing.js', {}, 'HEAD')).status).toBe(404);
  });

  test('is available at 127.0.0.1 and localhost', async () => {
    expect((await send('/', { host: `localhost:${studio.port}` })).status).toBe(200);
    expect((await send('/', { host: `LOCALHOST:${studio.port}` })).status).toBe(200);
  });
});

describe('a request is refused', () => {
  test.each([
    ['a foreign name that resolves to this address', () => ({ host: `rebound.example:${studio.port}` })],
    ['another port', () => ({ host: '127.0.0.1:1' })],
    ['no port', () => ({ host: '127.0.0.1' })],
  ])('with 421 for the Host of %s', async (_, headers) => {
    for (const path of ['/', '/api/calls']) {
      const { status, text } = await send(path, { ...bearer(), ...headers() });
      expect([status, text]).toEqual([
        421,
        expect.stringContaining('Open the URL that `hookline studio` printed'),
      ]);
    }
  });

  test.each([
    ['without a token', () => ({})],
    ['with another token', () => ({ authorization: `Bearer ${studio.token.slice(0, -1)}_` })],
    ['with a longer token', () => ({ authorization: `Bearer ${studio.token}a` })],
    ['with the token in another scheme', () => ({ authorization: `Basic ${studio.token}` })],
  ])('%s, with 403', async (_, headers) => {
    const { status, text } = await send('/api/calls', headers());
    expect([status, JSON.parse(text).error.code]).toEqual([403, 'wrong-token']);
    expect(text).not.toContain(studio.token);
  });

  test('with a token in the query, which would end up in logs and in the browser history', async () => {
    expect((await send(`/api/calls?token=${studio.token}`)).status).toBe(403);
  });

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'with the Origin %s, with 403',
    async (origin) => {
      const { status, text } = await send('/api/calls', { ...bearer(), origin });
      expect([status, JSON.parse(text).error.code]).toEqual([403, 'foreign-origin']);
    },
  );

  test('to change something without an Origin, with 403', async () => {
    expect((await send('/api/audio', bearer(), 'POST')).status).toBe(403);
  });

  test('for an unknown path, with 404', async () => {
    for (const path of [
      '/api/nothing',
      '/api/calls/2026-01-01-000000-aaaa',
      '/api/calls/..%2f..%2fetc',
      '/api/',
    ]) {
      expect([path, (await send(path, bearer())).status]).toEqual([path, 404]);
    }
  });
});

describe('a socket', () => {
  const rejectionOf = async (socket: ReturnType<typeof socketTo>) => {
    const [, response] = await once(socket, 'unexpected-response');
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    return [response.statusCode, Buffer.concat(pieces).toString('utf8')];
  };

  test('opens for the own page, and negotiates the subprotocol without the token', async () => {
    const socket = socketTo(studio);
    await once(socket, 'open');
    expect(socket.protocol).toBe('hookline-studio.v1');
    socket.terminate();
  });

  test.each([
    ['a wrong token', 403, () => ({ token: 'A'.repeat(43) })],
    ['an empty token', 403, () => ({ token: '' })],
    ['a foreign Origin', 403, () => ({ origin: 'https://evil.example' })],
    ['no Origin', 403, () => ({ origin: null })],
    ['a foreign Host', 421, () => ({ host: `rebound.example:${studio.port}` })],
  ])('is refused for %s with %i and a text', async (_, status, differs) => {
    const refused = await rejectionOf(socketTo(studio, differs()));
    expect(refused).toEqual([status, expect.stringContaining('Open the URL that `hookline studio` printed')]);
  });
});

test('listens on this machine only', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  for (const { address } of others) {
    const socket = connect(studio.port, address);
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  }
  expect(studio.url).toBe(`http://127.0.0.1:${studio.port}/#token=${studio.token}`);
  expect(SOCKET_PATH).toBe('/bridge');
});

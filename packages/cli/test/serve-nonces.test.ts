import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '@hookline/protocol/signature';
import { messageOf, systemClock, VirtualClock } from '@hookline/runtime';
import type { Auth } from '@hookline/server';
import { afterAll, describe, expect, it, test } from 'vitest';
import { freePort } from '#free-port';
import { nonceUrl, openNonces } from '../src/options/shared-nonces.js';
import { hookline, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-nonces-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const SECRET = 'c2hhcmVkIG5vbmNlcyBvZiBzZXJ2ZSBpbiBhIHRlc3Q=';
const env = { HOOKLINE_API_KEY: 'key', HOOKLINE_CLIENT_SECRET: SECRET };
/** Debian installs servers in /usr/sbin, which may not be in the PATH. */
const systemEnv = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
const missing = spawnSync('which', ['redis-server'], { env: systemEnv }).status !== 0;

const SIGNED = { key: SECRET };

describe('--nonces', () => {
  it.each<[string, string | undefined, Auth, RegExp, Record<string, string>?]>([
    ['a value that is not a URL', 'localhost', SIGNED, /^--nonces is not a Redis URL; expected redis:/],
    ['another scheme', 'http://user:hidden@localhost', SIGNED, /^--nonces is not a Redis URL/],
    ['a URL without a host', 'redis://', SIGNED, /^--nonces is not a Redis URL/],
    [
      'a wrong value in the environment',
      undefined,
      SIGNED,
      /^HOOKLINE_NONCES is not a Redis URL/,
      { HOOKLINE_NONCES: 'x' },
    ],
    [
      'a database that is no number',
      'redis://:hidden@localhost/one',
      SIGNED,
      /^The database in --nonces is not/,
    ],
    ['a database with text behind it', 'redis://localhost/1x', SIGNED, /^The database in --nonces is not/],
    [
      'a password with a slash',
      'redis://user:12/hidden@localhost',
      SIGNED,
      /^The database in --nonces is not/,
    ],
    ['a database in the query', 'redis://localhost?db=one', SIGNED, /^The database in --nonces is not/],
    ['a bot without authentication', 'redis://localhost', 'none', /^--nonces needs signed requests/],
    ['a key without a secret', 'redis://localhost', { key: null }, /^--nonces needs signed requests/],
  ])('refuses %s', (_, flag, auth, expected, vars = {}) => {
    let message = '';
    try {
      nonceUrl(flag, vars, auth);
    } catch (error) {
      message = messageOf(error);
    }
    expect(message).toMatch(expected);
    expect(message).not.toContain('hidden');
  });

  it('overrides the environment, which is ignored if requests are not signed', () => {
    const vars = { HOOKLINE_NONCES: 'redis://one' };
    expect(nonceUrl('rediss://two:6380', vars, SIGNED)?.host).toBe('two:6380');
    expect(nonceUrl(undefined, vars, SIGNED)?.host).toBe('one');
    expect(nonceUrl(undefined, vars, { key: null })).toBeUndefined();
    expect(nonceUrl(undefined, {}, SIGNED)).toBeUndefined();
    for (const url of ['redis://one/', 'redis://one/15', 'redis://one?db=15'])
      expect(nonceUrl(url, {}, SIGNED)?.href).toBe(url);
  });

  it('reports an unreachable Redis without its password', async () => {
    const url = new URL('redis://user:hidden@127.0.0.1:9');
    const message = await openNonces(url, systemClock).then(() => '', messageOf);
    expect(message).toMatch(/^Cannot connect to Redis at 127\.0\.0\.1:9 \(--nonces\): .*ECONNREFUSED/);
    expect(message).not.toContain('hidden');
  });

  it('reports a Redis that accepts the connection, but does not answer', async ({ onTestFinished }) => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const clock = new VirtualClock();
    const opened = openNonces(new URL(`redis://user:hidden@127.0.0.1:${port}`), clock).then(
      () => '',
      messageOf,
    );
    const [socket]: Socket[] = await once(silent, 'connection');
    await clock.advance(2000);
    expect(await opened).toBe(
      `Cannot connect to Redis at 127.0.0.1:${port} (--nonces): it accepted the connection, but did not answer within 2 s`,
    );
    // It is not left open, which would keep the process alive.
    socket?.resume();
    if (socket?.closed === false) await once(socket, 'close');
  });

  it('is refused for a faulty bot', async () => {
    const args = ['serve', 'never-pongs', '--nonces', 'redis://localhost'];
    const { code, stderr } = await hookline(args, { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/never-pongs, which stores no nonces/);
  });
});

describe.skipIf(missing)('serve --nonces with a Redis', () => {
  async function startRedis(port: number): Promise<ChildProcess> {
    const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', cwd];
    const redis = spawn('redis-server', args, { env: systemEnv, stdio: 'ignore' });
    const answers = () =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
    while (!(await answers())) expect(redis.exitCode).toBe(null);
    return redis;
  }

  test('uses the database of the URL, and does not start without it', async ({ onTestFinished }) => {
    const port = await freePort();
    const redis = await startRedis(port);
    onTestFinished(() => void redis.kill('SIGKILL'));
    const inDatabase = (database: string) =>
      openNonces(new URL(`redis://127.0.0.1:${port}${database}`), systemClock);
    for (const [index, database] of ['/7', '?db=8', '/', ''].entries()) {
      const { store, close } = await inDatabase(database);
      onTestFinished(close);
      // Both in database 0.
      expect(await store.remember('key', 60_000)).toBe(index < 3);
    }
    for (const missing of ['/99', '?db=99']) {
      expect(await inDatabase(missing).then(({ close }) => close(), messageOf)).toBe(
        `Cannot use database 99 of Redis at 127.0.0.1:${port} (--nonces): ERR DB index is out of range; name another one as the path of the URL.`,
      );
    }
    const url = `redis://127.0.0.1:${port}/99`;
    const { code, stderr } = await hookline(['serve', 'parrot', '--port', '0', '--nonces', url], {
      cwd,
      env,
    });
    expect(code).toBe(4);
    expect(stderr).toContain('Cannot use database 99');
  });

  test('replaces a connection on which nothing is answered any more', async ({ onTestFinished }) => {
    const port = await freePort();
    const redis = await startRedis(port);
    onTestFinished(() => void redis.kill('SIGKILL'));
    const links: [Socket, Socket][] = [];
    const firewall = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => {});
      links.push([near, far]);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      firewall.close();
      for (const socket of links.flat()) socket.destroy();
    });
    await once(firewall, 'listening');
    const address = firewall.address();
    const url = `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const { store, close } = await openNonces(new URL(url), systemClock);
    onTestFinished(close);
    const remember = async () => store.remember(randomUUID(), 60_000);
    expect(await remember()).toBe(true);
    // From now on, what this connection sends goes nowhere, and nobody says so.
    for (const [near, far] of links) {
      near.unpipe().resume();
      far.unpipe();
    }
    await expect(remember()).rejects.toThrow('did not reply within 500 ms');
    await expect.poll(() => remember().catch(() => false)).toBe(true);
  });

  /** The headers of a signed upgrade request for a bot behind a load balancer of that name. */
  function signedHeaders(): Record<string, string> {
    const headers = { organizationId: randomUUID(), sessionId: randomUUID(), correlationId: randomUUID() };
    const signed = sign({
      requestTarget: '/parrot',
      authority: 'bots.example',
      headers: { ...headers, apiKey: 'key' },
      secret: SECRET,
      created: Math.floor(Date.now() / 1000),
    });
    return {
      Host: 'bots.example',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'c2l4dGVlbiBieXRlcyAhIQ==',
      'Audiohook-Organization-Id': headers.organizationId,
      'Audiohook-Session-Id': headers.sessionId,
      'Audiohook-Correlation-Id': headers.correlationId,
      'X-API-KEY': 'key',
      ...signed.headers,
    };
  }

  async function dialled(port: number, headers = signedHeaders()): Promise<number | undefined> {
    const sent = request({ host: '127.0.0.1', port, path: '/parrot', headers }).end();
    return new Promise((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        resolve(response.resume().statusCode);
      });
      sent.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
    });
  }

  test('accepts a signed request once across two processes, and refuses requests with 503 while Redis does not answer', async () => {
    const redisPort = await freePort();
    const redis = await startRedis(redisPort);
    const url = `redis://127.0.0.1:${redisPort}`;
    const args = ['serve', 'parrot', '--port', '0', '--json'];
    const runs = [
      start([...args, '--nonces', url], { cwd, env }),
      start(args, { cwd, env: { ...env, HOOKLINE_NONCES: url } }),
    ];
    try {
      const ports = await Promise.all(
        runs.map(async ({ firstLine }) => Number(new URL(JSON.parse(await firstLine).url).port)),
      );
      const [first = 0, second = 0] = ports;
      const once = signedHeaders();
      expect(await dialled(first, once)).toBe(101);
      expect([await dialled(first, once), await dialled(second, once)]).toEqual([401, 401]);
      expect(await dialled(second)).toBe(101);
      redis.kill('SIGSTOP');
      expect(await Promise.all(ports.map((port) => dialled(port)))).toEqual([503, 503]);
      redis.kill('SIGCONT');
      await expect.poll(() => Promise.all(ports.map((port) => dialled(port)))).toEqual([101, 101]);
      for (const { child } of runs) child.kill('SIGTERM');
      const ended = await Promise.all(runs.map(({ finished }) => finished));
      expect(ended.map(({ code }) => code)).toEqual([0, 0]);
      expect(ended[0]?.stderr).toMatch(/Redis did not reply within 500 ms/);
    } finally {
      for (const { child } of runs) child.kill('SIGKILL');
      redis.kill('SIGKILL');
    }
  }, 60_000);
});

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, VirtualClock } from '@hookline/runtime';
import { redisNonces, type SendCommand } from '@hookline/server/redis';
import { Redis as Ioredis } from 'ioredis';
import { Redis as Iovalkey } from 'iovalkey';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createBot, type NonceStore } from '../src/index.js';
import { dialHeaders } from '../src/testing/index.js';
import { idle, SECRET } from './open-call.js';

describe('redisNonces', () => {
  const TTL_MS = 32_000;
  const answering = (answer: unknown) => redisNonces(async () => answer);

  it('sets a key of prefix and digest, for the given time, unless the key exists', async () => {
    const sent: string[][] = [];
    const send: SendCommand = async (words) => {
      sent.push(words);
      return 'OK';
    };
    const key = '["my-api-key","nonce"]';
    expect(await redisNonces(send).remember(key, TTL_MS)).toBe(true);
    expect(await redisNonces(send, { prefix: 'bots:' }).remember(key, 0.5)).toBe(true);
    const digest = '5e2a85d6c71a3ce572457089e42eee24387224074aa7b2445579b497943f04a9';
    const token = expect.stringMatching(/^[\w-]{16}$/);
    expect(sent).toEqual([
      ['SET', `hookline:nonce:${digest}`, token, 'NX', 'PX', '32000'],
      ['SET', `bots:${digest}`, token, 'NX', 'PX', '1'],
    ]);
    expect(sent[0]?.[2]).not.toBe(sent[1]?.[2]);
  });

  it('tells a client the key of each command, which is not always the second word', async () => {
    const keys = new Set<string>();
    const names: string[] = [];
    const send = async ([name]: string[], key: string) => {
      names.push(name ?? '');
      keys.add(key);
      if (name === 'GET') throw new Error('closed');
      return null;
    };
    await expect(redisNonces(send, { prefix: 'bots:' }).remember('key', TTL_MS)).rejects.toThrow('closed');
    expect(names).toEqual(['SET', 'GET', 'EVAL']);
    expect([...keys]).toEqual([expect.stringMatching(/^bots:[\da-f]{64}$/)]);
  });

  it.each([(value: string) => value, (value: string) => Buffer.from(value)])(
    'accepts a key that exists if this attempt has set it, with the reply %o',
    async (reply) => {
      let set = '';
      const nonces = redisNonces(async ([name, , token]) => {
        if (name === 'GET') return reply(set);
        set ||= String(token);
        return null;
      });
      expect(await nonces.remember('key', TTL_MS)).toBe(true);
      expect(await nonces.remember('key', TTL_MS)).toBe(false);
    },
  );

  it('withdraws a nonce with its own token as soon as there is no reply', async () => {
    const clock = new VirtualClock();
    const sent: string[][] = [];
    const nonces = redisNonces(
      (words) => {
        sent.push(words);
        return new Promise(() => {});
      },
      { clock },
    );
    const refused = expect(nonces.remember('key', TTL_MS)).rejects.toThrow(/did not reply/);
    await clock.advance(499);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    await refused;
    const [, key, token] = sent[0] ?? [];
    expect(sent.slice(1)).toEqual([['EVAL', expect.stringContaining('DEL'), '1', key, token]]);
  });

  it.each([
    ['OK', true],
    [Buffer.from('OK'), true],
    [null, false],
  ])('accepts the reply %o', async (answer, remembered) => {
    expect(await answering(answer).remember('key', TTL_MS)).toBe(remembered);
  });

  it.each([undefined, 'QUEUED', 1, true, {}, [], Buffer.from('ok')])(
    'refuses the answer %o',
    async (answer) => {
      await expect(answering(answer).remember('key', TTL_MS)).rejects.toThrow(/expected OK or null/);
    },
  );

  it('rejects if the client rejects or throws', async () => {
    const throwing = redisNonces(() => {
      throw new Error('closed');
    });
    await expect(throwing.remember('key', TTL_MS)).rejects.toThrow('closed');
    const rejecting = redisNonces(() => Promise.reject(new Error('READONLY')));
    await expect(rejecting.remember('key', TTL_MS)).rejects.toThrow('READONLY');
  });

  it.each([undefined, 80])('waits no longer than its timeout, here %s ms', async (timeoutMs) => {
    const clock = new VirtualClock();
    const nonces = redisNonces(() => new Promise(() => {}), {
      clock,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const answer = expect(nonces.remember('key', TTL_MS)).rejects.toThrow(/did not reply within/);
    await clock.advance(timeoutMs ?? 500);
    await answer;
  });

  it('leaves no timer, and no unhandled rejection if the reply arrives too late', async () => {
    const clock = new VirtualClock();
    const refusals: ((error: Error) => void)[] = [];
    const nonces = redisNonces(
      () =>
        new Promise((_, reject) => {
          refusals.push(reject);
        }),
      { clock },
    );
    const late = expect(nonces.remember('key', TTL_MS)).rejects.toThrow(/within 500 ms/);
    await clock.advance(500);
    await late;
    for (const refuse of refusals) refuse(new Error('closed'));
    await redisNonces(async () => 'OK', { clock }).remember('key', TTL_MS);
    expect(clock.pending).toBe(0);
  });

  const make = (send: unknown, options?: object) => () => redisNonces(send as never, options as never);
  it.each([
    ['a client that is not a function', make({}), /send is an object; expected a function such as/],
    ['nothing', make(undefined), /send is null/],
    [
      'a prefix that is not a string',
      make(async () => 'OK', { prefix: 7 }),
      /prefix is 7; expected a string/,
    ],
    ['a timeout of 0', make(async () => 'OK', { timeoutMs: 0 }), /timeoutMs is 0; expected a number above 0/],
    ['an invalid timeout', make(async () => 'OK', { timeoutMs: Number.NaN }), /timeoutMs is NaN/],
    ['an invalid clock', make(async () => 'OK', { clock: {} }), /clock is an object without now\(\)/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });
});

/** Where Debian keeps servers, which is not on everybody's path. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
const missing = spawnSync('which', ['redis-server'], { env }).status !== 0;

describe.skipIf(missing)('a Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-redis-'));
  const path = join(folder, 'redis.sock');
  let redis: ChildProcess;
  const closing: (() => unknown)[] = [];

  /** Starts Redis and waits until it answers. */
  async function startRedis(): Promise<void> {
    const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder];
    redis = spawn('redis-server', args, { env, stdio: 'ignore' });
    const answers = () =>
      new Promise((resolve) => {
        const socket = connect(path, () => resolve(true)).on('error', () => resolve(false));
        closing.push(() => socket.destroy());
      });
    while (!(await answers())) expect(redis.exitCode).toBe(null);
  }

  async function killRedis(): Promise<void> {
    redis.kill('SIGKILL');
    await once(redis, 'exit');
  }

  /** The clients as their READMEs show them, with no option but where Redis is. */
  const clients: Readonly<Record<string, (at?: string) => SendCommand | Promise<SendCommand>>> = {
    'node-redis': async (at = path) => {
      const client = createClient({ socket: { path: at, tls: false } }).on('error', () => {});
      closing.push(() => client.destroy());
      await client.connect();
      return (words) => client.sendCommand(words);
    },
    ioredis: (at = path) => {
      const client = new Ioredis(at).on('error', () => {});
      closing.push(() => client.disconnect());
      return (words) => client.call(...words);
    },
    iovalkey: (at = path) => {
      const client = new Iovalkey(at).on('error', () => {});
      closing.push(() => client.disconnect());
      return (words) => client.call(...words);
    },
  };

  beforeAll(startRedis);
  afterAll(async () => {
    for (const close of closing) close();
    await killRedis();
    rmSync(folder, { recursive: true });
  });

  const instance = (nonces: NonceStore) => createBot({ auth: { 'test-key': SECRET }, nonces }, idle);
  const signed = () => ({ url: '/', headers: dialHeaders({ clock: systemClock, secret: SECRET }) });
  /** The status that a bot answers with, and after how long. */
  async function dialled(bot: ReturnType<typeof instance>, request = signed()) {
    const startedMs = performance.now();
    const result = await bot.inject(request);
    if (result.accepted) result.transport.close();
    return { status: result.accepted ? 101 : result.status, ms: performance.now() - startedMs };
  }

  /** A way to Redis that can lose its connections before the next reply. */
  async function unreliableWay(name: string): Promise<{ at: string; cut: () => void }> {
    const at = join(folder, `${name}.sock`);
    let cuts = false;
    const way = createServer((near) => {
      const far = connect(path);
      near.pipe(far);
      far.on('data', (reply) => {
        if (cuts) near.destroy();
        else near.write(reply);
        cuts = false;
      });
      near.on('close', () => far.destroy()).on('error', () => {});
    }).listen(at);
    closing.push(() => way.close());
    await once(way, 'listening');
    return {
      at,
      cut: () => {
        cuts = true;
      },
    };
  }

  describe.each(Object.entries(clients))('with %s', (name, client) => {
    it('accepts a request at another instance after one that Redis did not answer in time, and only once', async () => {
      const send = await client();
      const bots = [instance(redisNonces(send)), instance(redisNonces(await client()))] as const;
      for (const bot of bots) expect(await dialled(bot)).toMatchObject({ status: 101 });
      const request = signed();
      redis.kill('SIGSTOP');
      expect(await dialled(instance(redisNonces(send, { timeoutMs: 50 })), request)).toMatchObject({
        status: 503,
      });
      redis.kill('SIGCONT');
      expect(await dialled(bots[1], request)).toMatchObject({ status: 101 });
      expect(await dialled(bots[0], request)).toMatchObject({ status: 401 });
    });

    it('takes no request for a replay because the connection was lost after Redis had set its key', async () => {
      const { at, cut } = await unreliableWay(name);
      const bot = instance(redisNonces(await client(at)));
      expect(await dialled(bot)).toMatchObject({ status: 101 });
      const request = signed();
      cut();
      // A client that does not send commands again leaves that to the caller or its proxy.
      const { status } = await dialled(bot, request);
      if (name === 'node-redis') {
        expect(status).toBe(503);
        expect(await dialled(bot, request)).toMatchObject({ status: 101 });
      } else expect(status).toBe(101);
      expect(await dialled(bot, request)).toMatchObject({ status: 401 });
    });

    it('accepts a signed request once at two instances, even after a restart of both', async () => {
      const send = await client();
      const request = signed();
      expect(await dialled(instance(redisNonces(send)), request)).toMatchObject({ status: 101 });
      expect(await dialled(instance(redisNonces(send)), request)).toMatchObject({ status: 401 });
      const other = instance(redisNonces(await client()));
      expect(await dialled(other, request)).toMatchObject({ status: 401 });
      expect(await dialled(other)).toMatchObject({ status: 101 });
    });
  });

  test('forgets a nonce after its lifetime, regardless of which client set it', async () => {
    const forgets = async ([name, client]: [string, (typeof clients)[string]]) => {
      const nonces = redisNonces(await client());
      expect(await nonces.remember(name, 600)).toBe(true);
      expect(await nonces.remember(name, 600)).toBe(false);
      await expect.poll(() => nonces.remember(name, 600), { interval: 20, timeout: 5000 }).toBe(true);
    };
    await Promise.all(Object.entries(clients).map(forgets));
  });

  test('is one store for two clients', async () => {
    const request = signed();
    const statuses = [];
    for (const client of Object.values(clients)) {
      statuses.push((await dialled(instance(redisNonces(await client())), request)).status);
    }
    expect(statuses).toEqual([101, 401, 401]);
  });

  test('that hangs or is down causes 503 within a second, and allows calls again when it is back', async () => {
    const sends = await Promise.all(Object.values(clients).map((client) => client()));
    const bots = sends.map((send) => instance(redisNonces(send)));
    const used = signed();
    const all = (request?: typeof used) => Promise.all(bots.map((bot) => dialled(bot, request ?? signed())));
    expect((await all()).map(({ status }) => status)).toEqual([101, 101, 101]);
    const refused = async () => {
      for (const { status, ms } of await all()) {
        expect(status).toBe(503);
        expect(ms).toBeLessThan(1000);
      }
    };
    redis.kill('SIGSTOP');
    await refused();
    redis.kill('SIGCONT');
    await expect.poll(async () => (await all()).map(({ status }) => status)).toEqual([101, 101, 101]);
    await killRedis();
    await refused();
    await startRedis();
    await expect
      .poll(async () => (await all()).map(({ status }) => status), { timeout: 8000, interval: 50 })
      .toEqual([101, 101, 101]);
    expect((await all(used)).map(({ status }) => status).sort()).toEqual([101, 401, 401]);
  }, 60_000);
});

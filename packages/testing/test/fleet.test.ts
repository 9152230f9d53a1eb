import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { sign } from '@hookline/protocol/signature';
import { describe, expect, type TestContext, test } from 'vitest';
import { freePort } from '#free-port';
import { background, folder, haproxy, isMissing, nginx, untilReady } from './proxies.js';

/*
 * Real processes of the built apps/fleet-bot behind real proxies.
 */
const SECRET = 'YSBmbGVldCBvZiBpbnN0YW5jZXMsIGFsbCBzaWduZWQ=';
const app = (name: string) =>
  fileURLToPath(new URL(`../../../apps/fleet-bot/dist/${name}.js`, import.meta.url));
const missing = ['haproxy', 'nginx', 'redis-server'].some(isMissing);

type Context = Pick<TestContext, 'onTestFinished'>;

/** An instance on a port, which can be stopped and restarted. */
class Instance {
  readonly #context: Context;
  readonly #env: NodeJS.ProcessEnv;
  readonly port: number;
  #child: ChildProcess | undefined;

  constructor(context: Context, port: number, env: NodeJS.ProcessEnv) {
    this.#context = context;
    this.#env = env;
    this.port = port;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [app('serve')], {
      env: { ...process.env, ...this.#env, PORT: String(this.port), CLIENT_SECRET: SECRET },
      stdio: 'ignore',
    });
    this.#child = child;
    this.#context.onTestFinished(() => void child.kill('SIGKILL'));
    await untilReady(`http://127.0.0.1:${this.port}/readyz`, () =>
      child.exitCode === null ? undefined : `an instance ended with ${child.exitCode}`,
    );
  }

  /** Stops it. Resolves with its exit code. */
  async end(): Promise<number | null> {
    const child = this.#child;
    if (!child) throw new Error('not started');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    return child.exitCode;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** The response status of a URL; 0 if nothing listens. */
const statusOf = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

async function redisUrl(context: Context): Promise<string> {
  const port = await freePort();
  const dir = await folder(context);
  background(context, 'redis-server', [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--dir',
    dir,
  ]);
  return `redis://127.0.0.1:${port}`;
}

const integration = (port: number) =>
  defineIntegration({
    baseConnectionUri: `ws://127.0.0.1:${port}/v1`,
    apiKey: 'fleet',
    clientSecret: SECRET,
  });

/** A call that the bot ends after `waitMs`, or at a key. */
function call(port: number, waitMs: number) {
  return callAudioConnector({
    integration: integration(port),
    inputs: { waitMs: String(waitMs) },
    outputs: 'all',
  });
}

const opened = (one: ReturnType<typeof call>) =>
  new Promise<void>((resolve) => void one.on('state', (state) => state === 'open' && resolve()));

/** Makes calls one after another, from several callers at a time, until stopped. */
function underLoad(port: number, callers: number) {
  let on = true;
  const instances: string[] = [];
  const caller = async () => {
    while (on) {
      const result = await call(port, 50).result;
      const why = result.path === 'failure' ? result.failureOutputs.errorMessage : '';
      expect({ path: result.path, why, warnings: result.warnings }).toEqual({
        ...{ path: 'success', why: '', warnings: [] },
      });
      if (result.path === 'success') instances.push(result.outputs['instance'] ?? '');
    }
  };
  const all = Promise.all(Array.from({ length: callers }, caller));
  // Awaited by `stop`, but it may fail before.
  all.catch(() => {});
  return {
    async stop() {
      on = false;
      await all;
      return instances;
    },
    /** Waits until an instance has taken a call. */
    async served(instance: string) {
      while (!instances.includes(instance)) await Promise.race([all, pause()]);
    },
    /** Waits until this many instances other than the given ones have taken calls; returns them. */
    async others(than: ReadonlySet<string>, count: number) {
      for (;;) {
        const found = new Set(instances.filter((instance) => !than.has(instance)));
        if (found.size >= count) return found;
        await Promise.race([all, pause()]);
      }
    },
  };
}

/** A signed upgrade request that can be replayed, like a recorded one. */
function recorded() {
  const ids = { organizationId: randomUUID(), sessionId: randomUUID(), correlationId: randomUUID() };
  const authority = 'bots.example';
  const { headers: signed } = sign({
    ...{ requestTarget: '/v1', authority, secret: SECRET, created: Math.floor(Date.now() / 1000) },
    headers: { ...ids, apiKey: 'fleet' },
  });
  const headers = {
    ...{ Host: authority, Connection: 'Upgrade', Upgrade: 'websocket', 'X-API-KEY': 'fleet' },
    ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'c2l4dGVlbiBieXRlcyAhIQ==' },
    'Audiohook-Organization-Id': ids.organizationId,
    'Audiohook-Session-Id': ids.sessionId,
    'Audiohook-Correlation-Id': ids.correlationId,
    ...signed,
  };
  return (port: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/v1', headers }).end();
      sent.on('error', reject);
      sent.on('response', (response) => resolve(response.resume().statusCode));
      sent.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
    });
}

describe.skipIf(missing)('a fleet behind HAProxy and nginx', () => {
  test.concurrent.each([2, 4])(
    'of %i instances is restarted one by one under load without losing a call or accepting a replay',
    async (size) => {
      const cleanups: (() => unknown)[] = [];
      const context: Context = { onTestFinished: (clean) => void cleanups.push(clean as () => unknown) };
      try {
        await restartUnderLoad(context, size);
      } finally {
        for (const clean of cleanups.reverse()) await clean();
      }
    },
    60_000,
  );
});

async function restartUnderLoad(context: Context, size: number): Promise<void> {
  const env = { REDIS_URL: await redisUrl(context), DRAIN_SECONDS: '30' };
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const fleet = ports.map((port) => new Instance(context, port, env));
  await Promise.all(fleet.map((instance) => instance.start()));
  const proxies = [await haproxy(context, ports), await nginx(context, ports)];

  // More than one live call per instance, through both proxies, that lasts beyond its restart.
  const long = proxies.flatMap((port) => Array.from({ length: size }, () => call(port, 60_000)));
  await Promise.all(long.map(opened));
  const load = proxies.map((port) => underLoad(port, 2));
  const before = fleet.map(({ pid }) => String(pid));
  for (const instance of fleet) {
    const replay = recorded();
    expect(await replay(instance.port)).toBe(101);
    const ended = instance.end();
    while ((await statusOf(`http://127.0.0.1:${instance.port}/readyz`)) === 200) await pause();
    // The drain waits for the live calls: those of the first instance hang up only now.
    if (instance === fleet[0]) for (const one of long) await one.sendDtmf('1');
    expect(await ended).toBe(0);
    await instance.start();
    const replays = await Promise.all([...ports, ...proxies].map(replay));
    expect(new Set(replays)).toEqual(new Set([401]));
    // The next one may restart when both proxies use this one again.
    await Promise.all(load.map(({ served }) => served(String(instance.pid))));
  }
  const after = fleet.map(({ pid }) => String(pid));
  const served = (await Promise.all(load.map(({ stop }) => stop()))).flat();
  const results = await Promise.all(long.map((one) => one.result));
  for (const result of results) expect(result).toMatchObject({ path: 'success', outputs: { digits: '1' } });
  expect(new Set([...before, ...after])).toEqual(
    new Set([
      ...served,
      ...results.map((result) => (result.path === 'success' ? result.outputs['instance'] : '')),
    ]),
  );
}

test('a cluster on one port replaces its workers, also a crashed one, without losing a call', async (context) => {
  const port = await freePort();
  const primary = spawn(process.execPath, [app('cluster')], {
    env: { ...process.env, PORT: String(port), CLIENT_SECRET: SECRET, WORKERS: '2', DRAIN_SECONDS: '30' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.onTestFinished(() => void primary.kill('SIGTERM'));
  for await (const line of primary.stdout) if (String(line).includes('2 workers listen')) break;
  const long = call(port, 60_000);
  await opened(long);
  const load = underLoad(port, 2);
  const first = await load.others(new Set(), 2);
  primary.kill('SIGHUP');
  const second = await load.others(first, 2);
  await load.stop();
  await long.sendDtmf('1');
  const result = await long.result;
  expect(result).toMatchObject({ path: 'success', outputs: { digits: '1' } });
  expect(result.path === 'success' && first.has(result.outputs['instance'] ?? '')).toBe(true);
  process.kill(Number([...second][0]), 'SIGKILL');
  // A crash loses its own calls and connections that were assigned to it; then its successor takes over.
  const known = new Set([...first, ...second]);
  for (let instance = ''; instance === '' || known.has(instance); ) {
    const { path, ...rest } = await call(port, 50).result;
    if (path === 'success' && 'outputs' in rest) instance = rest.outputs['instance'] ?? '';
  }
  const exit = once(primary, 'exit');
  primary.kill('SIGTERM');
  await exit;
  expect(primary.exitCode).toBe(0);
}, 60_000);

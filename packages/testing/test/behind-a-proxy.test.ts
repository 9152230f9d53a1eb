import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { type Bot, type CallHandler, createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';

/*
 * The configurations are those that the README of the server shows, with the addresses of this test.
 */
const readme = await readFile(new URL('../../server/README.md', import.meta.url), 'utf8');
const SECRET = 'YmVoaW5kIGEgcHJveHksIGFuZCBzdGlsbCBzaWduZWQ=';
const PATH = '/v1/bots';

/** Where Debian keeps servers, which is not on everybody's path. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
const isMissing = (command: string) => spawnSync('which', [command], { env }).status !== 0;

/** The block of the README that begins after `heading`. */
function shown(heading: string): string {
  const block = new RegExp(`\\n${heading}[^]*?\\n\`\`\`\\w*\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`The README of the server has no block after "${heading}".`);
  return block;
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The README of the server does not say "${from}".`);
  return text.replaceAll(from, to);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Two instances of a bot, as they stand behind a proxy. */
async function twoInstances(handler: (name: string) => CallHandler) {
  const start = async (name: string) => {
    const bot = createBot({ auth: { key: SECRET }, path: PATH }, handler(name));
    const listening = await bot.listen(0, { host: '127.0.0.1', statusPages: true });
    onTestFinished(() => listening.close());
    return { bot, port: listening.port };
  };
  return [await start('1'), await start('2')] as const;
}

/** Runs a proxy until the test is over. */
async function run(command: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (bytes) => {
    said += bytes;
  });
  onTestFinished(() => ended(child));
  await expect
    .poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
        return fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ status }) => status,
          () => 0,
        );
      },
      { timeout: 10_000 },
    )
    .toBe(200);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hookline-proxy-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

function caller(port: number, path = '/book?tier=gold') {
  const integration = defineIntegration({
    baseConnectionUri: `ws://127.0.0.1:${port}${PATH}`,
    apiKey: 'key',
    clientSecret: SECRET,
  });
  return callAudioConnector({ integration, connectorId: path.slice(1), outputs: 'all' });
}

/** A bot that waits for a key in a call that has `?stay`, and else ends at once. */
const instance =
  (name: string): CallHandler =>
  async (call) => {
    if (call.url.endsWith('stay')) {
      await new Promise<void>((resolve) => void call.on('dtmf', () => resolve()));
    }
    return { instance: name, url: call.url };
  };

/** Calls without a pause while an instance is drained under them. */
async function drainUnderCalls(
  port: number,
  [first, second]: readonly [{ readonly bot: Bot }, { readonly bot: Bot }],
) {
  const live: ReturnType<typeof caller>[] = [];
  const sessions = () => [first.bot.sessions, second.bot.sessions];
  while (sessions().includes(0)) {
    const call = caller(port, '/book?stay');
    live.push(call);
    await new Promise((resolve) => call.on('state', (state) => state === 'open' && resolve(state)));
  }
  const drained = first.bot.drain({ timeoutMs: 20_000 });
  const instances: unknown[] = [];
  for (let number = 0; number < 30; number++) {
    const result = await caller(port).result;
    expect(result).toMatchObject({ path: 'success', warnings: [] });
    if (result.path === 'success') instances.push(result.outputs['instance']);
  }
  expect(new Set(instances)).toEqual(new Set(['2']));
  for (const call of live) await call.sendDtmf('1');
  const results = await Promise.all(live.map((call) => call.result));
  const served = results.map((result) => result.path === 'success' && result.outputs['instance']);
  expect(new Set(served)).toEqual(new Set(['1', '2']));
  await drained;
  await Promise.all(live.map((call) => call.closed));
}

describe.skipIf(isMissing('haproxy'))('behind HAProxy', () => {
  test('a signed call keeps its Host and path, and a drained instance costs no call', async () => {
    const instances = await twoInstances(instance);
    const port = await freePort();
    let config = shown('HAProxy');
    config = replaced(config, 'bind :443 ssl crt /etc/haproxy/certs/', `bind 127.0.0.1:${port}`);
    config = replaced(config, '10.0.0.1:8080', `127.0.0.1:${instances[0].port}`);
    config = replaced(config, '10.0.0.2:8080', `127.0.0.1:${instances[1].port}`);
    const file = join(await folder(), 'haproxy.cfg');
    await writeFile(file, config);
    await run('haproxy', ['-db', '-f', file], port);
    expect(await caller(port).result).toMatchObject({
      path: 'success',
      outputs: { url: `${PATH}/book?tier=gold` },
    });
    await drainUnderCalls(port, instances);
  }, 40_000);
});

describe.skipIf(isMissing('nginx'))('behind nginx', () => {
  test('a signed call keeps its Host and path, and a drained instance costs no call', async () => {
    const instances = await twoInstances(instance);
    const port = await freePort();
    const dir = await folder();
    let config = shown('nginx');
    config = replaced(config, 'listen 443 ssl;', `listen 127.0.0.1:${port};`);
    config = config.replace(/^\s*ssl_certificate.*\n/gm, '');
    config = replaced(config, 'location /v1/ {', 'location / {');
    config = replaced(config, '10.0.0.1:8080', `127.0.0.1:${instances[0].port}`);
    config = replaced(config, '10.0.0.2:8080', `127.0.0.1:${instances[1].port}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(dir, name)};`,
    );
    const file = join(dir, 'nginx.conf');
    await writeFile(
      file,
      `daemon off; pid ${join(dir, 'pid')}; error_log stderr; worker_processes 1; events {}
      http { access_log off; ${temporary.join(' ')}
      ${config} }`,
    );
    await run('nginx', ['-p', dir, '-c', file, '-e', 'stderr'], port);
    expect(await caller(port).result).toMatchObject({
      path: 'success',
      outputs: { url: `${PATH}/book?tier=gold` },
    });
    await drainUnderCalls(port, instances);
  }, 40_000);
});

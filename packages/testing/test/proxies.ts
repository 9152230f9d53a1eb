import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { freePort } from '#free-port';

/*
 * Proxies with the configurations in the README of the server, with the addresses of a test.
 */
const readme = await readFile(new URL('../../server/README.md', import.meta.url), 'utf8');

type Context = Pick<TestContext, 'onTestFinished'>;

/** Debian installs servers into /usr/sbin, which is not on every PATH. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };

/** Whether a program is not installed. */
export const isMissing = (command: string) => spawnSync('which', [command], { env }).status !== 0;

/** The block of the README after `heading`. */
function shown(heading: string): string {
  const block = new RegExp(`\\n${heading}[^]*?\\n\`\`\`\\w*\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (block === undefined) throw new Error(`The README of the server has no block after "${heading}".`);
  return block;
}

function replaced(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`The README of the server does not say "${from}".`);
  return after;
}

/** A temporary folder for a test. */
export async function folder({ onTestFinished }: Context): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hookline-proxy-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Starts a program that runs until the end of the test. */
export function background(
  { onTestFinished }: Context,
  command: string,
  args: readonly string[],
): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (bytes) => {
    said += bytes;
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Not SIGKILL, after which the workers of nginx would continue.
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return { child, said: () => said };
}

/** Waits until `url` responds with 200. @param failed - returns a reason why it never will */
export async function untilReady(url: string, failed: () => string | undefined = () => undefined) {
  for (let tries = 0; tries < 500; tries++) {
    const why = failed();
    if (why !== undefined) throw new Error(why);
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} is not answered with 200`);
}

async function run(context: Context, command: string, args: readonly string[], port: number): Promise<void> {
  const { child, said } = background(context, command, args);
  await untilReady(`http://127.0.0.1:${port}/healthz`, () =>
    child.exitCode === null ? undefined : `${command} ended: ${said()}`,
  );
}

/** Starts HAProxy in front of instances for a test. Returns its port. */
export async function haproxy(context: Context, ports: readonly number[]): Promise<number> {
  const port = await freePort();
  const servers = ports.map((at, index) => `  server bot${index} 127.0.0.1:${at}\n`).join('');
  let config = shown('HAProxy');
  config = replaced(config, 'bind :443 ssl crt /etc/haproxy/certs/', `bind 127.0.0.1:${port}`);
  config = replaced(config, /( {2}server bot\d 10\.0\.0\.\d:8080\n)+/, servers);
  const file = join(await folder(context), 'haproxy.cfg');
  await writeFile(file, config);
  await run(context, 'haproxy', ['-db', '-f', file], port);
  return port;
}

/** Starts nginx in front of instances for a test. Returns its port. */
export async function nginx(context: Context, ports: readonly number[]): Promise<number> {
  const port = await freePort();
  const dir = await folder(context);
  let config = shown('nginx');
  config = replaced(config, 'listen 443 ssl;', `listen 127.0.0.1:${port};`);
  config = config.replace(/^\s*ssl_certificate.*\n/gm, '');
  config = replaced(config, 'location /v1/ {', 'location / {');
  const [line = ''] = /server 10\.0\.0\.1:8080.*\n/.exec(config) ?? [];
  const servers = ports.map((at) => line.replace('10.0.0.1:8080', `127.0.0.1:${at}`)).join('  ');
  config = replaced(config, /(server 10\.0\.0\.\d:8080.*\n\s*)+/, `${servers}`);
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
  await run(context, 'nginx', ['-p', dir, '-c', file, '-e', 'stderr'], port);
  return port;
}

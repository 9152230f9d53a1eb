import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';

/* The command as one file, alone in a folder outside the checkout, with only `node`. */
const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'hookline-single-'));
const file = join(folder, 'hookline.mjs');
const temporary = (name: string) => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const env = { PATH: process.env['PATH'], TMPDIR: temporary('tmp') };
const hookline = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, [file, ...args], { cwd: folder, env: { ...env, ...more }, maxBuffer: 16 << 20 });

/** Starts a verb that runs until it is stopped; returns the URL in its first line. */
async function started({ onTestFinished }: TestContext, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], { cwd: folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return (JSON.parse(String(line).split('\n')[0] ?? '') as { url: string }).url;
}

describe('the command as one file', { concurrent: true, timeout: 60_000 }, () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/single-file.mjs'), file]);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('prints its version without unpacking files', async () => {
    const empty = temporary('empty');
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    const { stdout } = await hookline(['--version'], { TMPDIR: empty });
    expect([stdout, readdirSync(empty)]).toEqual([`${version}\n`, []]);
  });

  test('serves a bot that speaks, calls it with speech, and runs a load test with two processes', async (context) => {
    const url = await started(context, ['serve', 'greeter', '--port', '0', '--no-auth', '--json']);
    const call = await hookline(['call', url, '--hangup-after', '1s', '--json']);
    expect(JSON.parse(call.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result' });
    const load = await hookline([
      'load',
      url,
      '--calls',
      '2',
      '--rate',
      '10',
      '--hold',
      '1s',
      '--processes',
      '2',
      '--json',
    ]).catch((error: { stdout: string }) => error);
    expect(JSON.parse(load.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      counts: { started: 2, failed: 0 },
    });
  });

  test('prints the schemas of all messages', async () => {
    const { stdout } = await hookline(['schema', 'opened']);
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(readFileSync(join(root, 'packages/protocol/schema/opened.schema.json'), 'utf8')),
    );
  });

  test('serves the page of the studio', async (context) => {
    const url = await started(context, ['studio', '--port', '0', '--no-open', '--json']);
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script')]);
  });

  test('does not use unpacked files that another user could have changed', async () => {
    const shared = temporary('shared');
    await hookline(['schema', 'opened'], { TMPDIR: shared });
    const [unpacked = ''] = readdirSync(shared);
    const replaced = join(shared, unpacked, 'node_modules/@hookline/protocol/schema/opened.schema.json');
    copyFileSync(join(root, 'package.json'), replaced);
    chmodSync(join(shared, unpacked), 0o777);
    const { stdout } = await hookline(['schema', 'opened'], { TMPDIR: shared });
    expect(stdout).toContain('"opened"');
    expect(readdirSync(shared)).toEqual([unpacked]);
  });

  test('prints a fix if the temporary folder is not writable', async () => {
    await expect(hookline(['schema', 'opened'], { TMPDIR: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 8,
      stderr: expect.stringMatching(
        /^hookline: the files of this command cannot be unpacked to .*nowhere.*TMPDIR/,
      ),
    });
  });

  test('is what the container image of the command contains', async () => {
    const text = readFileSync(join(root, 'deploy/cli.Dockerfile'), 'utf8');
    const [, made] = /npm run single-file -- (\S+)/.exec(text) ?? [];
    const [, copied, installed] = /COPY --from=build (\S+) (\S+)/.exec(text) ?? [];
    const [program, argument] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)?.[1] ?? '[]') as string[];
    expect([program, argument, copied]).toEqual(['node', installed, made]);
    expect(text).toMatch(/\nUSER node\n/);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(scripts['single-file']).toMatch(/ && node scripts\/single-file\.mjs$/);
  });

  test('contains the licences of all bundled packages', () => {
    const text = readFileSync(file, 'utf8');
    for (const name of [
      'ws, LICENSE',
      'commander, LICENSE',
      'ioredis, LICENSE',
      'yaml, LICENSE',
      'bots/speech, NOTICE',
    ])
      expect(text).toContain(`${name}\n\n`);
  });
});

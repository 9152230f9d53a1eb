import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from '@hookline/bots';
import { createBot } from '@hookline/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookline, start } from './hookline.js';

const SECRET = 'aG9va2xpbmUtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ==';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hookline-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const configure = (profile: object, name = 'hookline.config.json') =>
  writeFileSync(join(cwd, name), JSON.stringify({ profiles: { local: profile } }, null, 2));

describe('hookline config show', () => {
  test('prints each value with its source, and masks secrets', async () => {
    configure({ url: 'ws://localhost:1/x', apiKey: 'from-profile', clientSecret: SECRET });
    const run = await hookline(['config', 'show', '--json', '--org-id', 'o'], {
      cwd,
      env: { HOOKLINE_API_KEY: 'from-env' },
    });
    expect(run.code).toBe(0);
    const of = (name: string) => run.json.find((line) => line['name'] === name);
    expect(of('url')).toMatchObject({ origin: 'profile', from: 'hookline.config.json:4' });
    expect(of('apiKey')).toMatchObject({ value: 'fr***', origin: 'env', from: 'HOOKLINE_API_KEY' });
    expect(of('orgId')).toMatchObject({ value: 'o', origin: 'flag', from: '--org-id' });
    expect(of('frameMs')).toMatchObject({ value: '200', origin: 'default' });
    expect(run.stdout).not.toMatch(/from-env|from-profile|aG9va2xp/);
  });

  test('reads a file that begins with a byte order mark', async () => {
    const profiles = JSON.stringify({ profiles: { local: { orgId: 'o' } } });
    writeFileSync(join(cwd, 'hookline.config.json'), `\uFEFF${profiles}`);
    const { code, stderr, json } = await hookline(['config', 'show', '--json'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(json).toContainEqual(expect.objectContaining({ name: 'orgId', value: 'o' }));
  });

  test.each([
    [{ inptus: {} }, /hookline\.config\.json:4: .*"inptus" \(did you mean "inputs"\?\)/],
    [{ frameMs: '20' }, /hookline\.config\.json:4: .*frameMs takes a number/],
    [
      { url: 'ws://a', baseUri: 'ws://b' },
      /hookline\.config\.json:5: .*url and baseUri cannot be used together/,
    ],
    [{ clientSecret: 42424242 }, /clientSecret takes a string; got a value of type number/],
  ])('refuses %j and names the line', async (profile, words) => {
    configure(profile);
    const run = await hookline(['config', 'show'], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(words);
    expect(run.stderr).not.toContain('42424242');
  });
});

describe('--profile', () => {
  test('sets the target and the credentials of call, and the credentials of serve', {
    timeout: 60_000,
  }, async () => {
    configure({ apiKey: 'profile-key', clientSecret: SECRET, port: 0 });
    const served = start(['serve', 'parrot', '--profile', 'local', '--json'], { cwd });
    const { url } = JSON.parse(await served.firstLine);
    configure({ url, apiKey: 'profile-key', clientSecret: SECRET });
    const call = ['call', '--profile', 'local', '--hangup-after', '300ms', '--json'];
    const good = await hookline(call, { cwd });
    const wrong = await hookline([...call, '--api-key', 'other'], { cwd });
    const env = await hookline(call, { cwd, env: { HOOKLINE_API_KEY: 'other' } });
    const mixed = await hookline([...call, '--base-uri', url], { cwd });
    const typo = await hookline(['call', '--profile', 'locl'], { cwd });
    served.child.kill('SIGTERM');
    await served.finished;
    expect([good.code, wrong.code, env.code, mixed.code, typo.code]).toEqual([0, 3, 3, 2, 2]);
    expect(good.stderr).toBe('');
    expect(mixed.stderr).toContain('--base-uri and --profile "local" cannot be used together');
    expect(typo.stderr).toContain('did you mean "local"?');
  });
});

describe('hookline init', () => {
  test('writes files that config show reads, and overwrites none without --force', async () => {
    expect((await hookline(['init', '--url', 'ws://localhost:9/a'], { cwd })).code).toBe(0);
    const shown = await hookline(['config', 'show', '--json'], { cwd });
    expect(shown.json[0]).toMatchObject({ name: 'url', value: 'ws://localhost:9/a' });
    writeFileSync(join(cwd, 'hookline.check.json'), 'mine');
    rmSync(join(cwd, 'hookline.config.mjs'));
    const again = await hookline(['init'], { cwd });
    expect(again.code).toBe(2);
    expect(readFileSync(join(cwd, 'hookline.check.json'), 'utf8')).toBe('mine');
    expect(existsSync(join(cwd, 'hookline.config.mjs'))).toBe(false);
    expect((await hookline(['init', '--force'], { cwd })).code).toBe(0);
  });

  test.each([
    ['has a package-lock.json', ['package.json', 'package-lock.json'], '- run: npm ci\n', ''],
    ['has only a package.json', ['package.json'], '- run: npm install\n', ''],
    [
      'is not one of Node',
      ['bot.py'],
      '# Install here what your bot needs.\n',
      '; add what installs your bot',
    ],
  ])('writes a workflow that can run in a project that %s', async (_, present, install, said) => {
    for (const name of present) writeFileSync(join(cwd, name), '');
    const { stdout } = await hookline(['init', '--start', 'python3 bot.py'], { cwd });
    const workflow = readFileSync(join(cwd, '.github/workflows/hookline.yml'), 'utf8');
    expect(/node-version: 22\n +(.*\n)/.exec(workflow)?.[1]).toBe(install);
    expect(stdout).toContain(`GitHub Actions workflow that runs check${said}\n`);
  });

  test('writes a check profile with which the signatures of a bot that verifies them are checked', {
    timeout: 60_000,
  }, async () => {
    const bot = createBot({ auth: { 'the-key': SECRET }, path: '/bot' }, quiet());
    const { url, close } = await bot.listen(0, { host: '127.0.0.1' });
    try {
      expect((await hookline(['init', '--url', url], { cwd })).code).toBe(0);
      const env = { HOOKLINE_API_KEY: 'the-key', HOOKLINE_CLIENT_SECRET: SECRET };
      const check = ['check', '--profile', 'local', '--only', 'AC-SIG', '--trace', 'off'];
      const { code, stderr } = await hookline(check, { cwd, env });
      expect([code, stderr]).toEqual([0, '']);
    } finally {
      await close();
    }
  });
});

test.each(['bash', 'zsh', 'fish'])('completes every verb in %s', async (shell) => {
  const run = await hookline(['completion', shell], { cwd });
  expect(run.code).toBe(0);
  for (const verb of ['call', 'serve', 'check', 'config', 'init']) expect(run.stdout).toContain(verb);
});

import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChecks } from '@hookline/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '#free-port';

const app = (name: string) => fileURLToPath(new URL(`../../../apps/${name}`, import.meta.url));
const API_KEY = 'conformance-test-key';
const SECRET = 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=';

/** A Python with the package. Debian's own may not be the first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import websockets']).status === 0,
);
const go = ['go'].find((name) => spawnSync(name, ['version']).status === 0);

const built = mkdtempSync(join(tmpdir(), 'hookline-go-bot-'));
afterAll(() => rmSync(built, { recursive: true, force: true }));

test('finds its system programs in CI', { skip: process.env['CI'] === undefined }, () => {
  expect(python, 'python3-websockets is missing: npm run setup:system').toBeDefined();
  expect(go, 'golang-go is missing: npm run setup:system').toBeDefined();
});

// Both spend most of the check waiting.
describe.concurrent('finds nothing on a bot', () => {
  test('in Python (needs python3-websockets)', { skip: !python, timeout: 90_000 }, async ({ expect }) => {
    const found = await findings((port) =>
      spawn(python ?? '', [join(app('python-bot'), 'bot.py'), port], options()),
    );
    expect(found).toEqual([]);
  });

  test('in Go (needs golang-go)', { skip: !go, timeout: 120_000 }, async ({ expect }) => {
    const program = join(built, 'bot');
    execFileSync(go ?? '', ['build', '-o', program, '.'], { cwd: app('go-bot') });
    const found = await findings((port) => spawn(program, [port], options()));
    expect(found).toEqual([]);
  });
});

const options = (): SpawnOptions => ({
  env: { ...process.env, API_KEY, CLIENT_SECRET: SECRET },
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** Returns the findings for a bot that prints a line when it is ready. */
async function findings(start: (port: string) => ChildProcess): Promise<string[]> {
  const port = await freePort();
  const bot = start(String(port));
  try {
    if (bot.stdout) await once(bot.stdout, 'data');
    const url = `ws://127.0.0.1:${port}`;
    const report = await runChecks({ target: { url, apiKey: API_KEY, clientSecret: SECRET } });
    expect(report.ok).toBe(true);
    return report.findings.map(({ id, finding }) => `${id} ${finding.call}: ${finding.got}`);
  } finally {
    bot.kill();
    await once(bot, 'exit');
  }
}

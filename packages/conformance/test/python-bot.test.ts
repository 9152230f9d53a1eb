import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { runChecks } from '@hookline/conformance';
import { expect, test } from 'vitest';

const BOT = fileURLToPath(new URL('../../../apps/python-bot/bot.py', import.meta.url));
const API_KEY = 'conformance-test-key';
const SECRET = 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=';

/** A Python that has the package; Debian's own may not be the first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import websockets']).status === 0,
);

test('has what it needs, in CI', { skip: process.env['CI'] === undefined }, () => {
  expect(python, 'python3-websockets is missing: npm run setup:system').toBeDefined();
});

test('finds nothing on a bot in Python (needs python3-websockets)', {
  skip: !python,
  timeout: 90_000,
}, async () => {
  const port = await freePort();
  const bot = spawn(python ?? '', [BOT, String(port)], {
    env: { ...process.env, API_KEY, CLIENT_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(bot.stdout, 'data');
    const url = `ws://127.0.0.1:${port}`;
    const report = await runChecks({ target: { url, apiKey: API_KEY, clientSecret: SECRET } });
    expect(report.findings.map(({ id, finding }) => `${id} ${finding.call}: ${finding.got}`)).toEqual([]);
    expect(report.ok).toBe(true);
  } finally {
    bot.kill();
    await once(bot, 'exit');
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

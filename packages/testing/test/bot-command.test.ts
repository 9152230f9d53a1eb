import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parrot } from '@hookline/bots';
import { createBot } from '@hookline/server';
import { openTestCall, stopBots } from '@hookline/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '#free-port';

const bin = fileURLToPath(new URL('../../cli/bin/hookline.mjs', import.meta.url));
// From here the built packages are resolved, and no watcher observes the folder.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(root, 'node_modules', '.hookline-bot-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command of a bot', () => {
  test('is not started where another process listens, so that no test calls the wrong bot', async () => {
    const other = await createBot({ auth: 'none' }, parrot()).listen(0, { host: '127.0.0.1' });
    const started = join(folder, 'started');
    const url = `ws://127.0.0.1:${other.port}`;
    const refused = openTestCall({ url, command: `touch '${started}'; exit 1` });
    await expect(refused).rejects.toMatchObject({
      code: 'TESTING_START',
      message: expect.stringContaining(`another process already listens at ${url}`),
    });
    await other.close();
    expect(existsSync(started)).toBe(false);
  });

  test('is not taken for another process that took its port first', async () => {
    const port = await freePort();
    const [running, failing] = [join(folder, 'running'), join(folder, 'failing')];
    const other = createServer(() => writeFileSync(failing, ''));
    const command = `touch '${running}'; until [ -e '${failing}' ]; do sleep 0.01; done; exit 3`;
    const url = `ws://127.0.0.1:${port}`;
    const refused = expect(openTestCall({ url, command })).rejects.toMatchObject({
      code: 'TESTING_START',
      message: expect.stringContaining(`ended with 3, and another process listens at ${url}`),
    });
    await expect.poll(() => existsSync(running)).toBe(true);
    other.listen(port, '127.0.0.1');
    await refused;
    other.close();
    stopBots();
  });

  test('that fails after a call is not taken for another process that answers the next call', async () => {
    const port = await freePort();
    const [running, failing] = [join(folder, 'running-2'), join(folder, 'failing-2')];
    const other = createBot({ auth: 'none' }, parrot());
    const command = `touch '${running}'; until [ -e '${failing}' ]; do sleep 0.01; done; exit 3`;
    const target = { url: `ws://127.0.0.1:${port}`, command };
    const opening = openTestCall(target);
    await expect.poll(() => existsSync(running)).toBe(true);
    const listener = await other.listen(port, { host: '127.0.0.1' });
    await (await opening).finish();
    writeFileSync(failing, '');
    const openNext = async () => {
      await using call = await openTestCall(target);
      await call.finish();
    };
    await expect
      .poll(() => openNext().catch((error) => error))
      .toMatchObject({ code: 'TESTING_START', message: expect.stringContaining('ended with 3') });
    await listener.close();
    stopBots();
  });

  test('and the credentials of the target are not in the error of a bot that does not come up', async () => {
    const secret = 'c2VjcmV0LXNlY3JldC0xMjM0';
    const url = `ws://127.0.0.1:${await freePort()}`;
    const command = `TOKEN=t-4711-t; echo "key my-key-123, secret ${secret}, ${'x'.repeat(980)}" >&2; exit 1`;
    const target = { url, command, apiKey: 'my-key-123', clientSecret: secret };
    const error: unknown = await openTestCall(target).catch((one) => one);
    expect(error).toMatchObject({
      message: expect.stringMatching(/The command of the bot ended with 1.*xxx/s),
    });
    expect(String(error)).not.toMatch(/4711|key-123|0xMjM0/);
    stopBots();
  });

  test('waits for a port that the bot of an earlier test file is about to release', async () => {
    const port = await freePort();
    const earlier = createServer((socket) => {
      socket.on('error', () => {});
      earlier.close();
    }).listen(port, '127.0.0.1');
    await once(earlier, 'listening');
    const command = `'${process.execPath}' '${bin}' serve parrot --no-auth --port ${port} --drain 0s`;
    await using call = await openTestCall(
      { url: `ws://127.0.0.1:${port}`, command },
      { connectorId: 'parrot' },
    );
    expect(call.isOpen).toBe(true);
    await call.finish();
    stopBots();
  });

  test.each(['SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'ends, even if it ignores SIGTERM, when %s ends the process of the tests',
    async (signal) => {
      const port = await freePort();
      const server = `require('net').createServer().listen(${port}, '127.0.0.1')`;
      const bot = `process.on('SIGTERM', () => {}); setTimeout(() => process.exit(), 60_000); ${server}`;
      const command = `${JSON.stringify(process.execPath)} -e "${bot}"`;
      const target = JSON.stringify({ url: `ws://127.0.0.1:${port}`, command });
      const text = `import { openTestCall } from '@hookline/testing';\nawait openTestCall(${target});\n`;
      const script = join(folder, `${signal}.mjs`);
      writeFileSync(script, text);
      const tests = spawn(process.execPath, [script], { cwd: folder, stdio: 'ignore' });
      await expect.poll(() => listens(port)).toBe(true);
      tests.kill(signal);
      await once(tests, 'exit');
      expect(tests.signalCode).toBe(signal);
      await expect.poll(() => listens(port)).toBe(false);
    },
  );
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

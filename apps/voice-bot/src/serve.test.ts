import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('../dist/serve.js', import.meta.url));

test('listens at the URL that it prints, greets a caller, and transfers a caller who presses 0', {
  timeout: 60_000,
}, async () => {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const { type, url } = JSON.parse(String(line));
  expect(type).toBe('listening');
  expect(new URL(url).pathname).toBe('/voice');

  const call = callAudioConnector({
    integration: defineIntegration({ baseConnectionUri: url, apiKey: 'voice' }),
  });
  call.on('playbackStarted', () => void call.sendDtmf('0'));
  const result = await call.result;
  expect(result).toMatchObject({ path: 'success', outputs: { transfer_to: 'agent' } });
  expect(result.heardMs).toBeGreaterThan(1500);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test.each(['80a', '70000'])(
  'exits with 2 and one sentence when PORT is %j',
  { timeout: 60_000 },
  async (port) => {
    const run = promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      env: { ...process.env, PORT: port },
    });
    const { code, stdout, stderr } = await run.then(
      () => ({ code: 0, stdout: '', stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^voice-bot: PORT is [^\n]*expected[^\n]*\n$/);
  },
);

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the bot passes its own check', { timeout: 60_000 }, async () => {
  const script = fileURLToPath(new URL('../dist/check.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toBe('The IVR bot does what it should: 4 calls.\n');
});

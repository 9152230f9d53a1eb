import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-outputs-'));
writeFileSync(join(cwd, 'file'), 'content');
writeFileSync(join(cwd, 'one.call.yaml'), 'version: 1\nname: one\nsteps:\n  - hangup\n');
afterAll(() => rmSync(cwd, { recursive: true }));

const NOBODY = 'ws://127.0.0.1:1/x';

describe.concurrent('a file that cannot be written', () => {
  test.each([
    [
      ['record', '--forward-to', 'ws://127.0.0.1:1', '--listen', ':0', '--trace', 'file'],
      '--trace cannot write "file"',
    ],
    [['load', NOBODY, '--calls', '1', '--out', 'file/run.json'], '--out cannot write'],
    [['load', NOBODY, '--calls', '1', '--html', 'file/run.html'], '--html cannot write'],
    [['check', NOBODY, '--reporter', 'junit=file/check.xml'], '--reporter junit cannot write'],
    [
      ['run', 'one.call.yaml', '--target', NOBODY, '--reporter', 'junit=file/run.xml'],
      '--reporter junit cannot write',
    ],
  ])('is refused before the run: %j', async (args, words) => {
    const run = await hookline(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });

  test('is not confused with a folder that does not exist yet, which is created', async () => {
    const run = await hookline(['load', NOBODY, '--calls', '1', '--out', 'new/run.json', '--quiet'], { cwd });
    expect(run.code).toBe(4);
    expect(JSON.parse(readFileSync(join(cwd, 'new/run.json'), 'utf8'))).toBeTypeOf('object');
  });
});

describe.concurrent('hookline sign', () => {
  const SECRET = 'c2VjcmV0LXNlY3JldC0xMjM0';
  const SIGN = ['sign', 'wss://bots.example/x', '--api-key', 'k', '--client-secret', SECRET];

  test.each(['--session-id', '--org-id'])('refuses a %s that is no UUID', async (option) => {
    const run = await hookline([...SIGN, option, 'x\r\nInjected: 1'], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(`${option} takes a UUID`);
  });
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '#free-port';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-start-lost-'));
writeFileSync(join(cwd, 'one.call.yaml'), 'version: 1\nname: one\nsteps: [hangup]\n');
afterAll(() => rmSync(cwd, { recursive: true }));

const VERBS: [string, (url: string) => string[]][] = [
  ['run', (url) => ['run', 'one.call.yaml', '--target', url]],
  ['check', (url) => ['check', url]],
];

test.each(VERBS)(
  'hookline %s ends with 4 if the command of --start fails while another process takes the calls',
  { timeout: 30_000 },
  async (verb, args) => {
    const port = await freePort();
    const [running, failing] = [join(cwd, `${verb}-running`), join(cwd, `${verb}-failing`)];
    const command = `touch '${running}'; until [ -e '${failing}' ]; do sleep 0.01; done; exit 3`;
    const other = createServer((socket) => socket.once('data', () => writeFileSync(failing, '')));
    const run = hookline([...args(`ws://127.0.0.1:${port}`), '--trace', 'off', '--start', command], { cwd });
    await expect.poll(() => existsSync(running)).toBe(true);
    other.listen(port, '127.0.0.1');
    const { code, stderr } = await run;
    other.close();
    expect([code, stderr]).toEqual([4, expect.stringContaining('exited with 3 while another process')]);
  },
);

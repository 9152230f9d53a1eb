import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBot, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'hookline-terminal-'));
/** `script` of util-linux gives a program a terminal. */
const isThere = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') === true;

let bot: Listening;
beforeAll(async () => {
  bot = await createBot({ auth: 'none', path: '/b' }, async (call) => {
    await call.play(new Uint8Array(8000).fill(0x20));
    return {};
  }).listen(0, { host: '127.0.0.1' });
});
afterAll(async () => {
  await bot.close();
  rmSync(cwd, { recursive: true });
});

/** Runs the command on a terminal of 80 columns and returns the bytes that reached it. */
async function onTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const line = `stty cols 80 rows 40; ${[process.execPath, BIN, ...args].join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, join(cwd, 'typescript')], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C', TERM: 'xterm', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.on('data', (bytes) => {
    written += bytes;
  });
  await once(child, 'close');
  return written;
}

const METER = /\d\.\d s {2}caller [#.]{12} (?:silent| *-?\d+ dB) {3}bot [#.]{12} (?:silent| *-?\d+ dB)/;

describe.skipIf(!isThere).concurrent('on a terminal', () => {
  test('a call shows the levels of both sides, and with --ladder the growing row of audio', async () => {
    const [plain, ladder] = await Promise.all([
      onTerminal(['call', bot.url, '--tone', '440', '--hangup-after', '5s']),
      onTerminal(['call', bot.url, '--tone', '440', '--hangup-after', '5s', '--ladder']),
    ]);
    expect(plain).toMatch(METER);
    expect(plain).toMatch(/caller #+\.+ -\d\d dB/);
    expect(plain).toMatch(/bot #+\.* +-\d+ dB/);
    expect(ladder).toMatch(METER);
    expect(ladder).toMatch(/audio > 0\.2 s in 1 frame[\s\S]*audio > 0\.4 s in 2 frames/);
    // The status line is removed before the outcome is printed.
    expect(plain.split('\u{1b}[K').at(-1)).toMatch(/^ ok success path/);
  });

  test('the levels are not shown with --quiet, with CI, or if stdout or stderr is not a terminal', async () => {
    const args = ['call', bot.url, '--tone', '440'];
    const quiet = onTerminal([...args, '--quiet']);
    const ci = onTerminal(args, { CI: 'true' });
    const redirected = onTerminal([...args, '2>', join(cwd, 'stderr')]);
    const piped = hookline(args, { cwd });
    const all = [await quiet, await ci, await redirected, (await piped).stdout, (await piped).stderr];
    for (const written of all) {
      expect(written).not.toMatch(/caller #|caller \./);
      expect(written).not.toContain('\u{1b}');
    }
    expect(all[0]).toContain('ok success path');
  });
});

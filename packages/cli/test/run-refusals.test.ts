import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-run-refusals-'));
let bot: Running;
let target = '';

beforeAll(async () => {
  bot = start(['serve', 'ivr', '--port', '0', '--json', '--no-auth', '--drain', '0s'], { cwd });
  target = JSON.parse(await bot.firstLine).url;
});
afterAll(async () => {
  bot.child.kill();
  await bot.finished;
  rmSync(cwd, { recursive: true });
});

const scenario = (name: string, call = '{}') =>
  `version: 1\nname: ${name}\ncall: ${call}\nsteps: [expect: opened]\n`;

describe('hookline run', () => {
  test('reports a call that cannot be made at its scenario, and makes the other calls', {
    timeout: 60_000,
  }, async () => {
    // Each text fits, but not together.
    const half = 'x'.repeat(40_000);
    writeFileSync(
      join(cwd, 'three.call.yaml'),
      [scenario('one'), scenario('two', `{ inputs: { big: "${half}" } }`), scenario('three')].join('---\n'),
    );
    const run = await hookline(
      [
        'run',
        'three.call.yaml',
        '--target',
        target,
        '--parallel',
        '1',
        '--ani-name',
        half,
        '--reporter',
        'spec',
        '--reporter',
        'junit=run.xml',
      ],
      { cwd },
    );
    expect([run.code, run.stderr]).toEqual([2, 'hookline: 1 of 3 scenarios failed: "two"\n']);
    expect(run.stdout).toContain('✓ one');
    expect(run.stdout).toContain('✓ three');
    expect(run.stdout).toMatch(/end at 0\.00 s {2}call {2}three\.call\.yaml:6:1/);
    expect(run.stdout).toMatch(/got {7}inputs\.big: it makes open \d+ characters long/);
    expect(readFileSync(join(cwd, 'run.xml'), 'utf8')).toContain('tests="3" failures="1"');
    const expecting = ['run', 'three.call.yaml', '--target', target, '--ani-name', 'x'.repeat(70_000)];
    writeFileSync(join(cwd, 'three.call.yaml'), `${scenario('one')}end: { path: failure }\n`);
    expect((await hookline(expecting, { cwd })).code).toBe(2);
    expect(existsSync(join(cwd, '.hookline')) ? readdirSync(join(cwd, '.hookline')) : []).toEqual([]);
  });

  test('lists the name of a scenario on one line, without control characters', async () => {
    writeFileSync(join(cwd, 'odd.call.yaml'), scenario('"a\\e[31m\\nb"'));
    const run = await hookline(['run', 'odd.call.yaml', '--list'], { cwd });
    expect([run.code, run.stdout.split('\n').length]).toEqual([0, 2]);
    expect(run.stdout).not.toContain('\u001b');
  });

  test('leaves no empty report behind if the server of --start does not start', {
    timeout: 60_000,
  }, async () => {
    writeFileSync(join(cwd, 'one.call.yaml'), scenario('one'));
    const flags = ['--start', 'exit 3', '--reporter', 'junit=early.xml', '--json'];
    const url = 'ws://127.0.0.1:1/x';
    for (const verb of [
      ['run', 'one.call.yaml', '--target', url],
      ['check', url],
    ]) {
      const run = await hookline([...verb, ...flags], { cwd });
      expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('exited with 3')]);
      expect(existsSync(join(cwd, 'early.xml'))).toBe(false);
    }
    // A report of an earlier run is left as it is.
    writeFileSync(join(cwd, 'early.xml'), 'earlier');
    await hookline(['check', url, ...flags], { cwd });
    expect(readFileSync(join(cwd, 'early.xml'), 'utf8')).toBe('earlier');
  });
});

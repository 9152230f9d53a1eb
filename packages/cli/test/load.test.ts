import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, hooklineProcess, type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-load-'));
let bot: Running;
let url = '';
beforeAll(async () => {
  bot = start(['serve', 'echo', '--no-auth', '--port', '0', '--json'], { cwd });
  url = JSON.parse(await bot.firstLine).url;
});
afterAll(async () => {
  bot.child.kill();
  await bot.finished;
  rmSync(cwd, { recursive: true });
});

/** Limits that also hold on a busy machine. */
const CALM = ['--max-late', '10s'];

describe.concurrent('hookline load', { timeout: 60_000 }, () => {
  test('divides the calls among processes that start together, and combines their measurements', async () => {
    const args = [
      'load',
      url,
      '--calls',
      '9',
      '--rate',
      '20',
      '--hold',
      '1s',
      '--processes',
      '3',
      '--talk',
      'over',
    ];
    const { code, json, stderr } = await hooklineProcess([...args, ...CALM, '--json'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const result = json.at(-1);
    expect(result).toMatchObject({
      type: 'result',
      processes: 3,
      counts: { started: 9, opened: 9, hungUp: 9, failed: 0, echoed: 9 },
      echo: { lostMs: 0, alteredMs: 0 },
      verdict: 'passed',
    });
    // The calls start within 0.4 s. If a process did not wait for the others, its calls would be late.
    expect(result?.['durationMs']).toBeLessThan(5000);
    expect(json.some(({ type }) => type === 'progress')).toBe(true);
  });

  test('reads a load file, which flags override, and writes a page and a file for load merge', async () => {
    const file = `url: ${url}\ncalls: 50\nrate: 20\nhold: 300ms\ntalk: over\nmax-late: 10s\nthresholds: { opened: { p50: 0ms } }\n`;
    writeFileSync(join(cwd, 'a.load.yaml'), file);
    const first = await hookline(
      ['load', 'a.load.yaml', '--calls', '3', '--out', 'a.hdr.json', '--html', 'a.html'],
      { cwd },
    );
    expect(first.stderr).toContain('hookline: thresholds missed: opened.p50');
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/calls {2}3 started/);
    expect(readFileSync(join(cwd, 'a.html'), 'utf8')).toContain('<svg');
    const merged = await hookline(['load', 'merge', 'a.hdr.json', 'a.hdr.json', '--json'], { cwd });
    expect(merged.code).toBe(0);
    expect(merged.json).toEqual([
      expect.objectContaining({ counts: expect.objectContaining({ started: 6, hungUp: 6 }) }),
    ]);
  });

  test('names every file that could not be written, beside a missed threshold', async () => {
    // Both can be opened, but refuse what is written.
    symlinkSync('/proc/self/clear_refs', join(cwd, 'full.json'));
    symlinkSync('/dev/full', join(cwd, 'full.html'));
    const thresholds = ['--threshold', 'opened.p50=0ms'];
    const args = ['load', url, '--calls', '1', '--rate', '20', '--hold', '300ms', ...CALM, ...thresholds];
    const files = ['--out', 'full.json', '--html', 'full.html'];
    const text = await hookline([...args, ...files], { cwd });
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(/thresholds missed: opened.p50\n.*full.json cannot .*\n.*full.html cannot /);
    expect(text.stderr).not.toMatch(/^(out|html) /m);
    const { json } = await hookline([...args, '--out', 'b.hdr.json', '--html', 'full.html', '--json'], {
      cwd,
    });
    expect(json.at(-1)).toMatchObject({
      out: 'b.hdr.json',
      problems: [expect.stringMatching(/^full.html /)],
    });
    expect(json.at(-1)).not.toHaveProperty('html');
  });

  test('runs a scenario on every call', async () => {
    const scenario =
      'version: 1\nname: keys\nsteps:\n  - dtmf: "1#"\nend: { path: success, outputs: { digits: "1" } }\n';
    writeFileSync(join(cwd, 'keys.call.yaml'), scenario);
    const args = ['load', 'keys.call.yaml', '--base-uri', url, '--calls', '4', '--rate', '20'];
    const { code, json } = await hookline([...args, ...CALM, '--json'], { cwd });
    expect(code).toBe(0);
    expect(json.at(-1)).toMatchObject({ counts: { completed: 4, failed: 0 } });
    const both = await hookline([...args, '--wav', 'x.wav'], { cwd });
    expect([both.code, both.stderr]).toEqual([
      2,
      'hookline: --scenario and --wav cannot be used together; remove one of them.\n',
    ]);
  });

  test('lets flags override thresholds, scenario and speech of a load file', async () => {
    const steps = 'steps:\n  - expect: turn\n    within: 1ms\n';
    writeFileSync(join(cwd, 'over.call.yaml'), `version: 1\nname: over\n${steps}`);
    const fields = 'calls: 2\nrate: 20\nhold: 100ms\nscenario: over.call.yaml\n';
    const thresholds = 'thresholds: { opened: { p95: 0.001ms } }\n';
    writeFileSync(join(cwd, 'over.load.yaml'), `url: ${url}\n${fields}${thresholds}`);
    const flags = ['--silence', '--threshold', 'opened.p95=5s', ...CALM, '--json'];
    const run = await hookline(['load', 'over.load.yaml', ...flags], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.json.at(-1)).toMatchObject({ counts: { failed: 0 } });
  });

  test('takes switches, the parts of the target and the files of the report from a load file', async () => {
    const { href, pathname } = new URL(url);
    const base = href.slice(0, -pathname.length);
    mkdirSync(join(cwd, 'night'));
    const fields = `base-uri: ${base}\nconnector-id: ${pathname.slice(1)}\nallow-ws: true\ninsecure: false\n`;
    const files = 'out: run.hdr.json\nhtml: run.html\n';
    writeFileSync(
      join(cwd, 'night/silent.load.yaml'),
      `${fields}${files}calls: 2\nrate: 20\nhold: 2s\nsilence: true\n`,
    );
    const run = await hookline(['load', 'night/silent.load.yaml', ...CALM, '--json'], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    // Callers who spoke would be echoed.
    expect(run.json.at(-1)).toMatchObject({ counts: { opened: 2, failed: 0, echoed: 0 } });
    expect(readdirSync(join(cwd, 'night')).sort()).toEqual(['run.hdr.json', 'run.html', 'silent.load.yaml']);
    const steps = 'steps:\n  - wait: 10ms\n  - hangup\n';
    writeFileSync(join(cwd, 'over-silence.call.yaml'), `version: 1\nname: over\n${steps}`);
    const flags = ['--scenario', 'over-silence.call.yaml', ...CALM, '--json'];
    const replaced = await hookline(['load', 'night/silent.load.yaml', ...flags], { cwd });
    expect([replaced.code, replaced.stderr]).toEqual([0, '']);
  });

  test('takes the target of a load file without url from a profile, and refuses two targets', async () => {
    writeFileSync(join(cwd, 'hookline.config.json'), JSON.stringify({ profiles: { local: { url } } }));
    writeFileSync(join(cwd, 'no-url.load.yaml'), 'calls: 1\nhold: 100ms\n');
    const flags = ['--profile', 'local', '--silence', ...CALM, '--json'];
    const run = await hookline(['load', 'no-url.load.yaml', ...flags], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    writeFileSync(join(cwd, 'url.load.yaml'), `url: ${url}\ncalls: 1\n`);
    const two = await hookline(['load', 'url.load.yaml', ...flags], { cwd });
    expect([two.code, two.stderr]).toEqual([
      2,
      expect.stringContaining('url in url.load.yaml and --profile "local" cannot be used together'),
    ]);
    rmSync(join(cwd, 'hookline.config.json'));
  });

  test('names why no call of a scenario was made, with the exit code of a load without one', async () => {
    const steps = 'steps:\n  - dtmf: "1"\n  - expect: turn\n';
    writeFileSync(join(cwd, 'nobody.call.yaml'), `version: 1\nname: nobody\n${steps}`);
    const target = ['--base-uri', 'ws://127.0.0.1:1', '--calls', '2', '--rate', '20', ...CALM];
    const run = await hookline(['load', 'nobody.call.yaml', ...target, '--json'], { cwd });
    expect([run.code, run.json.at(-1)]).toMatchObject([4, { failures: { refused: 2 } }]);
  });

  test('exits with an error if one of its processes is lost', async () => {
    const args = ['load', url, '--rate', '5', '--duration', '60s', '--processes', '2', '--silence', '--json'];
    const running = start(args, { cwd });
    await running.firstLine;
    const [first = 0] = childrenOf(running);
    process.kill(first, 'SIGKILL');
    const { code, stderr } = await running.finished;
    expect([code, JSON.parse(stderr.trim())]).toEqual([
      8,
      {
        error: {
          code: 8,
          message: expect.stringMatching(/process \d of 2 of the load test was killed by SIGKILL/),
        },
      },
    ]);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'keeps the measurements if %s reaches its processes before the command itself is interrupted',
    async (signal) => {
      const args = [
        'load',
        url,
        '--rate',
        '5',
        '--duration',
        '60s',
        '--processes',
        '2',
        '--silence',
        '--json',
      ];
      const running = start([...args, ...CALM], { cwd });
      await running.firstLine;
      for (const pid of childrenOf(running)) process.kill(pid, signal);
      running.child.kill('SIGTERM');
      const { code, json, stderr } = await running.finished;
      expect([code, stderr]).toEqual([130, expect.not.stringContaining('lost')]);
      expect(json.at(-1)).toMatchObject({ type: 'result', processes: 2 });
    },
  );

  test('says on an interrupt that the calls hang up, and exits with 130', async () => {
    const url = JSON.parse(await bot.firstLine).url;
    const run = start(['load', url, '--rate', '10', '--silence', '--json'], { cwd });
    await run.firstLine;
    run.child.kill('SIGINT');
    const { code, stderr } = await run.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping: the calls hang up. Interrupt again to exit at once.');
  });

  test.each([
    [['load', 'ws://localhost:1', '--rate', '0'], '--rate takes a number from 0.001 to 10000'],
    [
      ['load', 'ws://localhost:1', '--threshold', 'replys.p95=1s'],
      'unknown metric "replys"; did you mean reply?',
    ],
    [['load', 'ws://localhost:1', '--wav', 'nowhere.wav'], 'nowhere.wav cannot be played'],
    [
      ['load', 'ws://localhost:1', '--processes', '2', '--wav', 'nowhere.wav'],
      'nowhere.wav cannot be played',
    ],
    [
      ['load', 'ws://localhost:1', '--silence', '--wav', 'x.wav'],
      '--silence and --wav cannot be used together',
    ],
    [['load', 'nowhere.call.yaml', '--base-uri', 'ws://localhost:1'], 'nowhere.call.yaml'],
    [['load'], 'No target: pass a URL'],
    [['load', 'merge', '../package.json'], 'cannot be read'],
    [['load', 'merge', 'a.hdr.json', '--rate', '5'], '--rate cannot be used with load merge'],
    [['load', '--wav', 'a.wav', 'merge', 'a.hdr.json'], '--wav cannot be used with load merge'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await hooklineProcess(args, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

function childrenOf({ child: { pid } }: Running): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  // kill(0) would signal the whole process group of the test.
  for (const child of children) expect(child).toBeGreaterThan(1);
  return children;
}

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#free-port';
import { hookline, hooklineProcess, type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-run-'));
const env = {
  HOOKLINE_API_KEY: 'run-key',
  HOOKLINE_CLIENT_SECRET: 'c2NlbmFyaW8tdGVzdC1zZWNyZXQtMTIzNDU2Nzg5MA==',
};
const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));
let bot: Running;
let url = '';

beforeAll(async () => {
  bot = start(['serve', 'ivr', '--port', '0', '--json', '--drain', '0s'], { cwd, env });
  url = JSON.parse(await bot.firstLine).url.replace(/\/ivr$/, '');
  mkdirSync(join(cwd, 'calls', 'deep'), { recursive: true });
  writeFileSync(
    join(cwd, 'calls', 'keys.call.yaml'),
    'version: 1\nname: takes the code\ntags: [smoke]\ncall: { connectorId: ivr }\nsteps:\n  - dtmf: "1234#"\n    gap: 100ms\n  - expect: { turn: { text: /press one/i } }\n',
  );
  writeFileSync(
    join(cwd, 'calls', 'deep', 'other.call.yaml'),
    'version: 1\nname: says something, else\ncall: { connectorId: ivr }\nsteps:\n  - expect: opened\n  - expect: { turn: { text: "<nonsense> & more" } }\n    within: 500ms\n  - dtmf: "1"\n',
  );
});
afterAll(async () => {
  bot.child.kill();
  await bot.finished;
  rmSync(cwd, { recursive: true });
});

describe('hookline run', () => {
  test('reports the failed step with every reporter, and stores the trace', {
    timeout: 60_000,
  }, async () => {
    const reporters = ['junit=out.xml', 'json=out.ndjson', 'github=out.github'].flatMap((one) => [
      '--reporter',
      one,
    ]);
    const run = await hookline(['run', 'calls', '--target', url, '--parallel', '2', ...reporters], {
      cwd,
      env,
    });
    expect([run.code, run.stderr]).toEqual([
      1,
      'hookline: 1 of 2 scenarios failed: "says something, else"\n',
    ]);
    expect(run.stdout).toContain('✓ takes the code');
    expect(run.stdout).toContain('✗ says something, else');
    expect(run.stdout).toMatch(/step 2 of 3 .*calls\/deep\/other.call.yaml:6:5/);
    expect(run.stdout).toMatch(/expected {2}turn with text "<nonsense> & more" within 500 ms/);
    expect(run.stdout).toMatch(/got .*turn match "Welcome\. Please enter your code/);
    expect(run.stdout).toContain('├─ playback_started');
    expect(run.stdout).toContain('1 passed, 1 failed');
    const [, trace = ''] = /trace {5}(\S+)/.exec(run.stdout) ?? [];
    expect(readFileSync(join(cwd, trace, 'trace.ndjson'), 'utf8')).toContain('enter your code');
    expect(readdirSync(join(cwd, '.hookline'))).toHaveLength(1);

    expect(readFileSync(join(cwd, 'out.xml'), 'utf8')).toMatch(
      /<testsuites tests="2" failures="1"[\s\S]*&lt;nonsense&gt; &amp; more/,
    );
    expect(readFileSync(join(cwd, 'out.github'), 'utf8')).toMatch(
      /^::error file=calls\/deep\/other.call.yaml,line=6,col=5,title=says something%2C else::/,
    );
    const lines = readFileSync(join(cwd, 'out.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        type: 'scenario',
        passed: false,
        failure: { step: 1 },
        steps: [{ outcome: 'passed' }, { outcome: 'failed' }, { outcome: 'notRun' }],
      },
      { type: 'scenario', passed: true, tags: ['smoke'] },
      { type: 'result', passed: 1, failed: 1 },
    ]);
  });

  test('runs the scenarios with a tag, and lists scenarios without making a call', {
    timeout: 60_000,
  }, async () => {
    const run = await hookline(['run', 'calls', '--target', url, '--tag', 'smoke', '--trace', 'off'], {
      cwd,
      env,
    });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('1 passed, 0 failed')]);
    const none = await hookline(['run', 'calls', '--target', url, '--tag', 'smok'], { cwd, env });
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('the tags in the files are: smoke'),
    ]);
    const list = await hookline(['run', 'calls', '--list', '--skip-tag', 'smoke'], { cwd, env });
    expect([list.code, list.stdout]).toEqual([0, 'calls/deep/other.call.yaml:1  says something, else\n']);
  });

  test('reports all problems of all files, and makes no call', { timeout: 60_000 }, async () => {
    mkdirSync(join(cwd, 'wrong'), { recursive: true });
    writeFileSync(
      join(cwd, 'wrong', 'a.call.yaml'),
      'version: 1\nname: a\nsteps:\n  - dtmf: 0123\n  - wiat: 1s\n',
    );
    writeFileSync(join(cwd, 'wrong', 'b.call.yaml'), 'version: 1\nsteps: []\n');
    const run = await hookline(['run', 'wrong', 'calls', '--target', 'ws://127.0.0.1:9'], { cwd, env });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('3 problems in 2 scenario files; nothing was run.');
    expect(run.stderr).toContain('wrong/a.call.yaml:4:11  got the number 0123, which YAML reads as 123');
    expect(run.stderr).toContain('suggestion  put it in quotes: "0123"');
    expect(run.stderr).toContain('wrong/a.call.yaml:5:5  there is no key "wiat" here');
    expect(run.stderr).toContain('wrong/b.call.yaml:1:1  name is missing');
  });

  test('starts a server, uses a profile, and stops the server', { timeout: 60_000 }, async () => {
    const port = await freePort();
    writeFileSync(
      join(cwd, 'hookline.config.json'),
      JSON.stringify({ profiles: { own: { url: `ws://127.0.0.1:${port}`, inputs: { code: '77' } } } }),
    );
    writeFileSync(
      join(cwd, 'own.call.yaml'),
      'version: 1\nname: own code\ncall: { connectorId: ivr }\nsteps:\n  - dtmf: "77#"\n  - expect: { turn: { text: /press one/i } }\n',
    );
    const command = `'${process.execPath}' '${BIN}' serve ivr --port ${port} --drain 0s`;
    const run = await hooklineProcess(['run', 'own.call.yaml', '--profile', 'own', '--start', command], {
      cwd,
      env,
    });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('1 passed')]);
    expect(await freePort(port)).toBe(port);
    const both = await hookline(['run', 'own.call.yaml', '--profile', 'own', '--target', url], { cwd, env });
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('cannot be used together')]);
  });

  test('creates a scenario from a recorded call, which passes', { timeout: 60_000 }, async () => {
    const first = await hookline(
      [
        'call',
        `${url}/ivr`,
        '--dtmf',
        '1234#@1s',
        '--dtmf',
        '1@4s',
        '--trace',
        'recorded',
        '--input',
        'code=1234',
      ],
      { cwd, env },
    );
    expect(first.code).toBe(0);
    const made = await hookline(['run', '--export', 'recorded', 'again.call.yaml'], { cwd, env });
    expect([made.code, made.stdout]).toEqual([0, 'again.call.yaml\n']);
    const text = readFileSync(join(cwd, 'again.call.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=/);
    expect(text).toMatch(/- dtmf: "1234#"\n {4}gap: 2\d\dms\n {4}at: playback_started \+ \d+ms/);
    expect(text).toContain('inputs: { "code": "1234" }');
    expect(text).toContain('"verified": { equals: "true" }');
    const run = await hookline(['run', 'again.call.yaml', '--target', url, '--trace', 'off'], { cwd, env });
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('1 passed')]);
    const over = await hookline(['run', '--export', 'recorded', 'again.call.yaml'], { cwd, env });
    expect([over.code, over.stderr]).toEqual([
      2,
      expect.stringContaining('"again.call.yaml": it exists already'),
    ]);
  });

  test('hangs up on SIGINT, and prints how many scenarios were not run', { timeout: 60_000 }, async () => {
    writeFileSync(
      join(cwd, 'long.call.yaml'),
      'version: 1\nname: long\ncall: { connectorId: ivr }\nsteps:\n  - wait: 60s\n',
    );
    const args = [
      'run',
      'calls/keys.call.yaml',
      'long.call.yaml',
      'long.call.yaml',
      'calls/keys.call.yaml',
      '--target',
      url,
      '--parallel',
      '2',
    ];
    const running = start(args, { cwd, env });
    await running.firstLine;
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/interrupted; \d scenarios? not run/)]);
    expect(existsSync(join(cwd, '.hookline'))).toBe(true);
  });
});

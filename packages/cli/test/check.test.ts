import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quiet } from '@hookline/bots';
import { createBot } from '@hookline/server';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '#free-port';
import { hookline, hooklineProcess, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-check-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const env = {
  HOOKLINE_API_KEY: 'check-key',
  HOOKLINE_CLIENT_SECRET: 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=',
};
const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));

async function serving(preset: string, run: (url: string) => Promise<void>): Promise<void> {
  const bot = start(['serve', preset, '--port', '0', '--json', '--drain', '0s'], { cwd, env });
  try {
    await run(JSON.parse(await bot.firstLine).url);
  } finally {
    bot.child.kill();
    await bot.finished;
  }
}

describe.concurrent('hookline check', () => {
  test('fails a bot that breaks a rule of the platform, in the report of every reporter', {
    timeout: 60_000,
  }, async () => {
    await serving('counts-from-zero', async (url) => {
      const run = await hookline(
        [
          'check',
          url,
          '--only',
          'AC-MSG-6',
          '--json',
          '--reporter',
          'junit=out.xml',
          '--reporter',
          'spec=out.txt',
          '--reporter',
          'github=out.github',
        ],
        { cwd, env },
      );
      expect([run.code, run.json.at(-1)], run.stderr).toMatchObject([
        1,
        { type: 'result', ok: false, findings: [{ id: 'AC-MSG-6' }] },
      ]);
      expect(JSON.parse(run.stderr)).toMatchObject({
        error: { code: 1, message: expect.stringContaining('AC-MSG-6') },
      });
      expect(readFileSync(join(cwd, 'out.xml'), 'utf8')).toContain('failures="1"');
      expect(readFileSync(join(cwd, 'out.github'), 'utf8')).toMatch(/^::error title=AC-MSG-6/);
      const spec = readFileSync(join(cwd, 'out.txt'), 'utf8');
      expect(spec).toContain('seq');
      const { finding } = run.json.find(({ id }) => id === 'AC-MSG-6') as {
        finding: { trace: string; row: number };
      };
      const folders = readdirSync(join(cwd, '.hookline'));
      expect(folders.filter((folder) => finding.trace.includes(folder))).toHaveLength(1);
      const rows = readFileSync(join(cwd, finding.trace, 'trace.ndjson'), 'utf8').split('\n');
      expect(rows[finding.row - 1]).toContain('opened');
    });
  });

  test('warns about a broken rule from samples, and fails with --strict', {
    timeout: 60_000,
  }, async () => {
    await serving('answers-a-second-open', async (url) => {
      const args = ['check', url, '--only', 'AC-OPEN-8', '--trace', 'off'];
      const lax = await hookline(args, { cwd, env });
      expect([lax.code, lax.stdout]).toEqual([0, expect.stringContaining('! AC-OPEN-8')]);
      const strict = await hookline([...args, '--strict'], { cwd, env });
      expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining('AC-OPEN-8')]);
    });
  });

  test('starts a server, waits for its port, and stops it with its child processes', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const command = `"${process.execPath}" "${BIN}" serve quiet --port ${port} & wait`;
    const run = await hooklineProcess(
      ['check', `ws://127.0.0.1:${port}/quiet`, '--only', 'endings', '--start', command],
      { cwd, env },
    );
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('0 failed');
    await expect(connects(port)).resolves.toBe(false);
  });

  test('reports that the started server exited', { timeout: 60_000 }, async () => {
    const run = await hookline(['check', 'ws://127.0.0.1:9/x', '--start', 'exit 3'], { cwd });
    expect([run.code, run.stderr]).toEqual([
      4,
      expect.stringContaining('exited with 3 and nothing listens on 127.0.0.1:9'),
    ]);
  });

  test('fails if no rule of a selected area could be checked, unless --allow-inconclusive is set', {
    timeout: 60_000,
  }, async () => {
    await serving('quiet', async (url) => {
      const args = ['check', url, '--only', 'AC-OUT', '--trace', 'off'];
      const reporters = ['--reporter', 'junit=unseen.xml', '--reporter', 'github=unseen.github'];
      const run = await hookline([...args, ...reporters], { cwd, env });
      expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('could be checked in OUT')]);
      expect(readFileSync(join(cwd, 'unseen.xml'), 'utf8')).toContain('failures="1"');
      expect(readFileSync(join(cwd, 'unseen.github'), 'utf8')).toMatch(/^::error .*checked in OUT/);
      expect((await hookline([...args, '--allow-inconclusive'], { cwd, env })).code).toBe(0);
    });
  });

  test('says that the profile kept signatures from being checked, in every format', {
    timeout: 60_000,
  }, async () => {
    await serving('quiet', async (url) => {
      writeFileSync(join(cwd, 'key-only.json'), '{ "auth": "none" }');
      const args = ['check', url, '--only', 'AC-SIG', '--profile', 'key-only.json', '--trace', 'off'];
      const reporters = ['--reporter', 'spec', '--reporter', 'junit=key-only.xml'];
      const run = await hookline([...args, ...reporters], { cwd, env });
      const need = 'needs "auth": "signed" in the profile';
      expect([run.code, run.stderr]).toEqual([
        1,
        expect.stringContaining(`in SIG (AC-SIG-1: not seen; it ${need})`),
      ]);
      expect(run.stdout).toContain(`SIG ${need}, the default with a client secret.`);
      expect(readFileSync(join(cwd, 'key-only.xml'), 'utf8')).toContain('SIG needs &quot;auth&quot;');
    });
  });

  test('names the flag that helps if a bot allows fewer calls at a time', { timeout: 60_000 }, async () => {
    const bot = createBot({ auth: 'none', path: '/bot', limits: { maxSessions: 1 } }, quiet());
    const { url, close } = await bot.listen(0, { host: '127.0.0.1' });
    try {
      const only = ['--only', 'messages,two-calls,hold', '--allow-inconclusive', '--trace', 'off'];
      const run = await hookline(['check', url, '--no-sign', ...only], { cwd });
      expect([run.code, run.stderr]).toEqual([
        1,
        expect.stringMatching(
          /refused \d+ calls? with HTTP 503, .*run one scenario at a time \(--parallel 1\)\n$/,
        ),
      ]);
    } finally {
      await close();
    }
  });

  test('distinguishes an unreachable bot from one that refuses the credentials', {
    timeout: 60_000,
  }, async () => {
    const gone = await hookline(['check', 'ws://127.0.0.1:9/x', '--json'], { cwd });
    expect([gone.code, gone.json.at(-1)]).toMatchObject([4, { problem: { kind: 'unreachable' } }]);
    await serving('quiet', async (url) => {
      const denied = await hookline(['check', url, '--api-key', 'other-key', '--no-sign'], { cwd });
      expect([denied.code, denied.stderr]).toEqual([3, expect.stringContaining('401')]);
    });
  });

  test('ends its calls, prints its results and exits with 130 on SIGINT', {
    timeout: 30_000,
  }, async () => {
    const bot = start(['serve', 'quiet', '--port', '0', '--json', '--drain', '0s'], { cwd, env });
    const url = new URL(JSON.parse(await bot.firstLine).url);
    // Read before the proxy takes its place in the URL.
    const botPort = Number(url.port);
    let connections = 0;
    const between = createServer((socket) => {
      connections += 1;
      if (connections === 3) run.child.kill('SIGINT');
      const on = connect(botPort, url.hostname);
      socket.pipe(on).pipe(socket);
      for (const one of [socket, on]) one.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const address = between.address();
    url.port = String(typeof address === 'object' && address ? address.port : 0);
    const run = start(['check', url.href, '--json', '--trace', 'off'], { cwd, env });
    const { code, json, stderr } = await run.finished;
    between.close();
    bot.child.kill();
    await bot.finished;
    expect([code, json.at(-1)]).toMatchObject([
      130,
      { type: 'result', ok: false, problem: { kind: 'stopped' } },
    ]);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 130,
        message: expect.stringMatching(/^the check was stopped after \d+ of \d+ scenarios/),
      },
    });
  });

  test('stops a starting server on SIGINT', {
    timeout: 20_000,
  }, async () => {
    const server = `exec "${process.execPath}" -e 'console.log(process.pid, "up"); setInterval(() => {}, 1000)'`;
    const run = start(['check', 'ws://127.0.0.1:9/x', '--start', server], { cwd });
    const pid = await new Promise<number>((resolve) => {
      run.child.stderr.on('data', (bytes) => {
        const [, said] = /(\d+) up/.exec(String(bytes)) ?? [];
        if (said !== undefined) resolve(Number(said));
      });
    });
    run.child.kill('SIGINT');
    const { code, stderr } = await run.finished;
    expect([code, stderr]).toEqual([130, expect.stringContaining('the check was stopped after 0 of')]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('lists and explains checks without a URL', async () => {
    const list = await hookline(['check', '--list', '--json'], { cwd });
    expect(list.json.length).toBeGreaterThan(80);
    expect(list.json[0]).toMatchObject({ id: 'AC-CONN-3', basis: 'sample' });
    const why = await hookline(['check', '--explain', 'ac-msg-3'], { cwd });
    expect(why.stdout).toMatch(/^rule {6}MUST: Every message carries `parameters`/);
    expect(why.stdout).toContain('\nfix ');
  });

  test.each([
    [['check'], 'No target: pass a URL'],
    [['check', 'ws://localhost/x', '--only', 'AC-NOPE'], '"AC-NOPE" is not a check'],
    [['check', '--explain', 'AC-MSG-3x'], 'did you mean'],
    [['check', 'ws://localhost/x', '--reporter', 'junitt'], 'did you mean "junit"'],
    [['check', 'ws://localhost/x', '--reporter', 'junit', '--json'], 'cannot share stdout'],
    [['check', 'ws://localhost/x', '--profile', 'bad.json'], 'triggers: unknown option `say`'],
    [['check', 'ws://localhost/x', '--profile', './no-wav.json'], '--profile: triggers.speak.say: "/'],
    [
      ['check', 'ws://localhost/x?a=1', '--profile', './joined.json'],
      '--profile: triggers.fail.connectorId: ',
    ],
  ])('answers %j with exit 2', async (args, words) => {
    writeFileSync(join(cwd, 'bad.json'), '{"triggers":{"say":{"dtmf":"1"}}}');
    writeFileSync(join(cwd, 'no-wav.json'), '{"triggers":{"speak":{"say":"missing.wav"}}}');
    writeFileSync(join(cwd, 'joined.json'), '{"triggers":{"fail":{"connectorId":"failing"}}}');
    const run = await hookline(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });

  test('exits with 7 if its own process was stopped while connecting', {
    timeout: 60_000,
  }, async () => {
    await serving('floods-events', async (url) => {
      const bot = new URL(url);
      // A proxy that stops the check when it connects.
      let stopped = false;
      // Read before the proxy takes its place in the URL.
      const botPort = Number(bot.port);
      const between = createServer((socket) => {
        if (!stopped) {
          stopped = true;
          run.child.kill('SIGSTOP');
          setTimeout(() => run.child.kill('SIGCONT'), 2500);
        }
        const on = connect(botPort, bot.hostname);
        socket.pipe(on).pipe(socket);
        for (const one of [socket, on]) one.on('error', () => {});
      }).listen(0, '127.0.0.1');
      await once(between, 'listening');
      const address = between.address();
      bot.port = String(typeof address === 'object' && address ? address.port : 0);
      const run = start(['check', bot.href, '--only', 'AC-RATE-1', '--json', '--trace', 'off'], { cwd, env });
      const { code, json, stderr } = await run.finished;
      between.close();
      expect([code, json.at(-1)]).toMatchObject([
        7,
        { type: 'result', ok: false, problem: { kind: 'behind' } },
      ]);
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 7, message: expect.stringContaining('could not keep pace') },
      });
    });
  });
});

describe('hookline serve --list --json', () => {
  test('lists correct bots, and faulty ones with the rule that each breaks', async () => {
    const { json } = await hookline(['serve', '--list', '--json'], { cwd });
    expect(json).toContainEqual(expect.objectContaining({ name: 'parrot', kind: 'bot' }));
    expect(json).toContainEqual({
      name: 'never-pongs',
      kind: 'fault',
      breaks: 'AC-PING-1',
      about: 'Does not answer ping.',
    });
    expect(json.filter(({ kind }) => kind === 'fault').length).toBeGreaterThanOrEqual(40);
  });
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

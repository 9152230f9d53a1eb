import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTraceDir } from '@hookline/trace/node';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { hookline, type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-record-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
const env = { HOOKLINE_API_KEY: 'an-api-key-of-a-bot', HOOKLINE_CLIENT_SECRET: SECRET };

const running: Running[] = [];
afterEach(async () => {
  for (const { child } of running) child.kill();
  await Promise.all(running.splice(0).map(({ finished }) => finished));
});

/** Starts a verb that listens, and reads its URL from the first line. */
async function listening(args: readonly string[]): Promise<Running & { readonly url: string }> {
  const run = start([...args, '--json'], { cwd, env });
  running.push(run);
  const { url } = JSON.parse(await run.firstLine);
  return { ...run, url };
}

async function recording(...flags: string[]) {
  const bot = await listening(['serve', 'greeter', '--port', '0']);
  const { host } = new URL(bot.url);
  return listening(['record', '--listen', ':0', '--forward-to', `ws://${host}`, ...flags]);
}

describe('hookline record', () => {
  test('forwards a signed call unchanged and stores its trace without secrets', async () => {
    const proxy = await recording('--trace', 'stored');
    const call = await hookline(
      [
        'call',
        `${proxy.url}/greeter?tier=gold`,
        '--dtmf',
        '1@playback+300ms',
        '--hangup-after',
        '3s',
        '--trace',
        'own',
      ],
      { cwd, env },
    );
    expect([call.code, call.stderr]).toEqual([0, '']);
    proxy.child.kill();
    const run = await proxy.finished;
    expect([run.code, run.stderr]).toEqual([0, '']);
    const [, ended] = run.json;
    expect(ended).toMatchObject({
      type: 'call',
      call: 1,
      status: 101,
      trace: expect.stringMatching(/^stored/),
    });
    const trace = await readTraceDir(join(cwd, String(ended?.['trace'])));
    const own = await readTraceDir(join(cwd, 'own'));
    const said = (one: typeof trace) => one.rows.flatMap((row) => (row.kind === 'message' ? [row.text] : []));
    expect(trace.header).toMatchObject({ vantage: 'proxy', rendering: 'estimated' });
    expect([...said(trace)].sort()).toEqual([...said(own)].sort());
    for (const file of ['caller.raw', 'bot.raw']) {
      const bytes = (folder: string) => readFileSync(join(cwd, folder, file));
      expect(bytes(String(ended?.['trace'])).equals(bytes('own'))).toBe(true);
    }
    const rows = readFileSync(join(cwd, String(ended?.['trace']), 'trace.ndjson'), 'latin1');
    for (const secret of ['an-api-key-of-a-bot', SECRET]) expect(rows).not.toContain(secret);
  });

  test('stores neither personal data nor audio with --redact-pii', async () => {
    const proxy = await recording('--trace', 'masked', '--redact-pii');
    const personal = ['+49301234567', 'Ann Lee', 'account-7781'];
    const [ani = '', name = '', account = ''] = personal;
    const caller = ['--ani', ani, '--ani-name', name, '--input', `account=${account}`, '--dtmf', '4711@1s'];
    const call = await hookline(['call', `${proxy.url}/greeter`, ...caller, '--hangup-after', '2s'], {
      cwd,
      env,
    });
    expect([call.code, call.stderr]).toEqual([0, '']);
    proxy.child.kill();
    const { json } = await proxy.finished;
    const folder = join(cwd, String(json.at(-1)?.['trace']));
    expect(readdirSync(folder)).toEqual(['trace.ndjson']);
    const { header, rows } = await readTraceDir(folder);
    expect(header.redactions.join()).toContain('audio of both sides');
    const text = JSON.stringify(rows);
    for (const value of personal) expect(text).not.toContain(value);
    expect(text).not.toMatch(/"digit\\":\\"\d/);
    expect(text).toContain('dtmf');
  });

  test('records concurrent calls, and keeps only the last trace with --rotate 1', async () => {
    const proxy = await recording('--trace', 'rotated', '--rotate', '1');
    const one = () => hookline(['call', `${proxy.url}/greeter`, '--hangup-after', '300ms'], { cwd, env });
    expect((await Promise.all([one(), one(), one()])).map(({ code }) => code)).toEqual([0, 0, 0]);
    proxy.child.kill();
    const run = await proxy.finished;
    expect(run.json.filter(({ type }) => type === 'call')).toHaveLength(3);
    expect(readdirSync(join(cwd, 'rotated'))).toHaveLength(1);
  });

  test('records a call that the bot refuses', async () => {
    const proxy = await recording('--trace', 'refused');
    const call = await hookline(['call', `${proxy.url}/greeter`, '--api-key', 'other'], { cwd, env });
    expect(call.code).toBe(3);
    proxy.child.kill();
    const { json } = await proxy.finished;
    expect(json.at(-1)).toMatchObject({ type: 'call', status: 401 });
  });

  test('lets a running call continue for --drain after SIGTERM, and stores its trace', async () => {
    const proxy = await recording('--trace', 'drained', '--drain', '300ms');
    const call = start(['call', `${proxy.url}/greeter`, '--json'], { cwd, env });
    running.push(call);
    await call.firstLine;
    proxy.child.kill();
    const run = await proxy.finished;
    expect([run.code, run.json.at(-1)]).toMatchObject([0, { type: 'call', trace: expect.any(String) }]);
    expect((await call.finished).json.at(-1)).toMatchObject({ path: 'failure', cause: 'connection-lost' });
    const { rows, truncated } = await readTraceDir(join(cwd, String(run.json.at(-1)?.['trace'])));
    expect([truncated, rows.at(-1)]).toMatchObject([false, { kind: 'end', by: 'loss', code: 1006 }]);
  });

  test('uses TLS on both sides', async () => {
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...[
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost',
          '-keyout',
          'key.pem',
          '-out',
          'cert.pem',
        ],
      ],
      { cwd, stdio: 'ignore' },
    );
    const tls = ['--cert', 'cert.pem', '--key', 'key.pem', '--trace', 'tls'];
    const bot = await recording(...tls);
    const before = await listening([
      ...['record', '--listen', ':0', '--forward-to', `wss://localhost:${new URL(bot.url).port}`],
      ...['--ca', 'cert.pem', ...tls],
    ]);
    const url = `wss://localhost:${new URL(before.url).port}/greeter`;
    const call = await hookline(['call', url, '--ca', 'cert.pem', '--hangup-after', '500ms'], { cwd, env });
    expect([call.code, call.stderr]).toEqual([0, '']);
    before.child.kill();
    expect((await before.finished).json.at(-1)).toMatchObject({ type: 'call', status: 101 });
  });

  test.each([
    [[], 'No bot: pass --forward-to'],
    [['--forward-to', 'http://b'], 'takes a URL such as ws://localhost:8080'],
    [['--forward-to', 'ws://b/v1'], 'forwarded unchanged'],
    [['--forward-to', 'ws://b', '--insecure'], 'need a wss:// URL'],
    [['--forward-to', 'ws://b', '--listen', 'here'], '--listen takes'],
    [['--forward-to', 'ws://b', '--listen', ':99999'], 'from 0 to 65535'],
    [['--forward-to', 'ws://b', '--rotate', '0'], '--rotate takes a whole number'],
    [['--forward-to', 'ws://b', '--cert', 'x.pem'], 'must be used together'],
    [['--forward-to', 'ws://b', '--cert', 'x.pem', '--key', 'y.pem'], '--cert cannot read "x.pem"'],
  ])('answers %j with exit 2', async (flags, words) => {
    const run = await hookline(['record', ...flags], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });

  test('exits with 8 if the port is in use', async () => {
    const { url } = await recording('--trace', 'taken');
    const run = await hookline(
      ['record', '--listen', new URL(url).host, '--forward-to', 'ws://127.0.0.1:9'],
      { cwd },
    );
    expect([run.code, run.stderr]).toEqual([8, expect.stringContaining('EADDRINUSE')]);
  });
});

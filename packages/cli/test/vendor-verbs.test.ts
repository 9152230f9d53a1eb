import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-vendor-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
const URL = 'wss://bots.example:8443/v1/bots/mybot?tier=gold';
const env = { HOOKLINE_API_KEY: 'K', HOOKLINE_CLIENT_SECRET: SECRET };

describe('hookline sign', () => {
  test('prints headers that --verify accepts, and that it refuses for another path', async () => {
    const signed = await hookline(['sign', URL, '--json'], { cwd, env });
    const { headers, base } = JSON.parse(signed.stdout);
    expect(base).toContain('"@request-target": /v1/bots/mybot?tier=gold\n"audiohook-session-id": ');
    expect(base).toContain('\n"@authority": bots.example:8443\n');
    const file = join(cwd, 'request.txt');
    const lines = Object.entries(headers).map(([name, value]) => `> ${name}: ${value}`);
    writeFileSync(
      file,
      ['> GET /v1/bots/mybot?tier=gold HTTP/1.1', '> Host: bots.example:8443', ...lines, ''].join('\r\n'),
    );
    const good = await hookline(['sign', URL, '--verify', file, '--json'], { cwd, env });
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { ok: true, keyid: 'K' }]);
    writeFileSync(file, ['GET /v1/bots/other HTTP/1.1', 'Host: bots.example:8443', ...lines].join('\n'));
    const bad = await hookline(['sign', URL, '--verify', file, '--json'], { cwd, env });
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([1, { ok: false, code: 'SIGNATURE_MISMATCH' }]);
  });

  test('prints the age of a stale signature, and whether it was valid when it was created', async () => {
    const signed = await hookline(['sign', URL, '--json', '--at', '1641013200'], { cwd, env });
    const file = join(cwd, 'old.txt');
    const { headers } = JSON.parse(signed.stdout);
    writeFileSync(
      file,
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    );
    const verify = (at: string) => hookline(['sign', URL, '--verify', file, '--at', at], { cwd, env });
    expect((await verify('1641013210')).code).toBe(0);
    const late = await verify('1641013220');
    expect(late.code).toBe(1);
    expect(late.stdout).toContain('SIGNATURE_STALE: created is 20 s before the clock');
    expect(late.stdout).toContain('When it was created (--at 1641013200): the signature is valid\n');
    const other = await hookline(['sign', URL, '--verify', file], {
      cwd,
      env: { ...env, HOOKLINE_CLIENT_SECRET: Buffer.from('another secret of this bot').toString('base64') },
    });
    expect(other.stdout).toMatch(/STALE: .*\nWhen it was created \(--at 1641013200\): SIGNATURE_MISMATCH: /);
  });

  test.each([
    [['sign', URL, '--client-secret', '!'], 'base64'],
    [['sign', URL, '--verify', 'missing.txt', '--client-secret', SECRET], '--verify cannot read'],
    [['sign', URL], 'No client secret: pass --client-secret'],
    [['sign', 'http://bots.example', '--client-secret', SECRET], 'ws'],
  ])('answers %j with exit 2', async (args, words) => {
    const run = await hookline(args, { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });
});

describe('hookline schema', () => {
  test('prints the schema of one message or of all messages', async () => {
    const opened = await hookline(['schema', 'opened'], { cwd });
    expect(JSON.parse(opened.stdout)).toMatchObject({ title: 'opened', type: 'object' });
    expect(JSON.parse((await hookline(['schema'], { cwd })).stdout).$schema).toContain('2020-12');
  });

  test('writes all schemas to a folder', async () => {
    expect((await hookline(['schema', '--out', 'schema'], { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, 'schema'))).toContain('open.schema.json');
  });

  test('suggests a similar message type', async () => {
    const run = await hookline(['schema', 'disconect'], { cwd });
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('did you mean "disconnect"?')]);
  });
});

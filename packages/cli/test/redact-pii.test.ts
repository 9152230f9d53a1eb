import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import { createBot, type Listening } from '@hookline/server';
import { readTraceDir } from '@hookline/trace/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-pii-'));
const hello = fileURLToPath(phraseUrl('hello'));
const SAID = 'Your balance is ninety euros';
/** With a key that no id and no number contains by chance. */
const KEYS = '47*1';
const PERSONAL = ['+49301234567', 'Ann Lee', 'account-7781', KEYS, 'R-1705', SAID];
let bot: Listening;

beforeAll(async () => {
  bot = await createBot({ auth: 'none', path: '/balance' }, async (call) => {
    const { digits } = await call.collectDigits({ max: 4, timeoutMs: 10_000 });
    call.turn({ disposition: 'match', text: SAID });
    if (call.inputs['fail'] === 'yes') throw new Error(`no account ${call.inputs['account']}`);
    return { digits, account: call.inputs['account'] ?? '', reservation: 'R-1705' };
  }).listen(0, { host: '127.0.0.1' });
});
afterAll(async () => {
  await bot.close();
  rmSync(cwd, { recursive: true });
});

const caller = (...flags: string[]) => [
  'call',
  bot.url,
  '--ani',
  '+49301234567',
  '--ani-name',
  'Ann Lee',
  '--input',
  'account=account-7781',
  '--dtmf',
  KEYS,
  '--redact-pii',
  '--wav',
  hello,
  ...flags,
];

describe('--redact-pii', () => {
  test.each([
    ['a call that succeeds', 'success', ['--expect-output', `digits=${KEYS}`]],
    ['a call that fails', 'failure', ['--input', 'fail=yes']],
    ['an expectation that is not met', 'expectation', ['--expect-output', 'reservation=R-1705x']],
  ])('writes no personal data to %s and to the trace', { timeout: 60_000 }, async (_, name, flags) => {
    for (const view of ['--json', '--ladder']) {
      const trace = join(cwd, `${name}${view}`);
      const run = await hookline(caller('--trace', trace, view, ...flags), { cwd });
      expect(run.code).toBe({ success: 0, failure: 5, expectation: 1 }[name]);
      const files = readdirSync(trace);
      expect(files.toSorted()).toEqual(['result.json', 'trace.ndjson']);
      const all = [run.stdout, run.stderr, ...files.map((file) => readFileSync(join(trace, file), 'utf8'))];
      for (const text of all) for (const value of PERSONAL) expect(text).not.toContain(value);
      const digits = all.join('').match(/\\"digit\\":\\"[^"]*"/g) ?? [];
      expect(new Set(digits)).toEqual(new Set([String.raw`\"digit\":\"***\"`]));
      const { truncated, header, rows } = await readTraceDir(trace);
      expect(truncated).toBe(false);
      expect(header.redactions.join()).toContain('audio of both sides');
      expect(rows.some((row) => row.kind === 'audio' && row.bytes > 0)).toBe(true);
    }
  });

  test('does not mask the names of inputs and outputs', { timeout: 60_000 }, async () => {
    const run = await hookline(caller('--json'), { cwd });
    expect(run.json.at(-1)).toMatchObject({
      path: 'success',
      outputs: { digits: '***', account: '***', reservation: '***' },
      dtmf: '***',
    });
    expect(run.stdout).toContain('\\"inputVariables\\":{\\"account\\":\\"***\\"}');
  });

  test('a trace is replayed and exported without the values that it masks', { timeout: 60_000 }, async () => {
    const recorded = await hookline(caller('--trace', 'masked'), { cwd });
    expect(recorded.code).toBe(0);
    const again = await hookline(['replay', 'masked', '--to', bot.url, '--speed', '10', '--trace', 'off'], {
      cwd,
    });
    expect(again.stderr).toContain(
      'the trace contains no values to send for: 4 keys, ani, aniName, input "account"\n',
    );
    expect(again.stderr).toContain('masks personal data; texts, keys and variables are not compared\n');
    // Without its keys, the call has no answer: nothing was pressed for them.
    expect(again.stdout).not.toContain(SAID);
    const written = await hookline(['run', '--export', 'masked', 'masked.call.yaml'], { cwd });
    expect([written.code, written.stderr]).toEqual([0, '']);
    const text = readFileSync(join(cwd, 'masked.call.yaml'), 'utf8');
    expect(text).not.toContain('***');
    expect(text).not.toContain('dtmf');
    expect(text).toContain('no values for: 4 keys, ani, aniName, input "account"\n');
    expect(text).toContain('"reservation": { contains: "" }');
    const listed = await hookline(['run', 'masked.call.yaml', '--list'], { cwd });
    expect([listed.code, listed.stderr]).toEqual([0, '']);
  });

  test.each(['--record', '--out'])('cannot be used with %s, which stores audio', async (option) => {
    const run = await hookline(caller(option, 'a.wav'), { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toBe(
      `hookline: --redact-pii stores no audio, so ${option} "a.wav" cannot be written; remove one of the two options.\n`,
    );
  });
});

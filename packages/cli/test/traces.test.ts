import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { botPreset } from '@hookline/bots';
import { createBot, type Listening } from '@hookline/server';
import { zipTrace } from '@hookline/trace/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-cli-'));
let greeter: Listening;

/** A copy of the trace with changed rows. */
function changed(name: string, change: (line: string) => string): string {
  cpSync(join(cwd, 'stored'), join(cwd, name), { recursive: true });
  const rows = join(cwd, name, 'trace.ndjson');
  const lines = readFileSync(rows, 'utf8').split('\n');
  writeFileSync(rows, lines.map((line) => (line === '' ? line : change(line))).join('\n'));
  return name;
}

beforeAll(async () => {
  greeter = await createBot({ auth: 'none' }, botPreset('greeter')!.create()).listen(0, {
    host: '127.0.0.1',
  });
  const call = ['call', `${greeter.url}?token=very-secret-one`, '--hangup-after', '1s', '--trace', 'stored'];
  const target = ['call', greeter.url, ...call.slice(2)];
  const run = await hookline(target, { cwd });
  expect(run.code).toBe(0);
  await zipTrace(join(cwd, 'stored'), join(cwd, 'stored.zip'));
  changed('noted', (line) =>
    line.includes('"type":"closed"')
      ? `${line}\n{"kind":"violation","t":1100,"clause":"AC-MSG-6","text":"seq 9, expected 4","fatal":false}` +
        '\n{"kind":"violation","t":1101,"clause":"FUTURE-1","text":"of another version","fatal":false}'
      : line,
  );
});
afterAll(async () => {
  await greeter.close();
  rmSync(cwd, { recursive: true });
});

describe('hookline show', () => {
  test.each(['noted', 'stored.zip'])(
    'prints the ladder and the summary of %s, in 80 columns and in ASCII',
    async (trace) => {
      const run = await hookline(['show', trace], { cwd, env: { LANG: 'C' } });
      expect([run.code, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toMatch(/\|- open {6}seq 1 .*\n(?:.*\n)*Summary\n {2}call {6}ws:/);
      expect(run.stdout).not.toMatch(/[^\n\x20-\x7e]/);
      expect(Math.max(...run.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  test('prints the effect of a broken rule, and an unknown rule as it is', async () => {
    const { stdout } = await hookline(['show', 'noted'], { cwd });
    expect(stdout).toMatch(
      /Notes\n(?:.*\n)* {3}AC-MSG-6 {2}Each sender(?:.*\n)*.*seen {4}seq 9, expected 4\n(?:.*\n)*.*fix/,
    );
    expect(stdout).toContain('FUTURE-1  of another version');
  });

  test('prints nothing but JSON with --json', async () => {
    const run = await hookline(['show', 'stored', '--json'], { cwd });
    expect(run.json.map((line) => line['type'])).toEqual([
      'header',
      ...run.json.slice(1, -1).map(() => 'wire'),
      'summary',
    ]);
  });

  test.each<[string, string, string]>([
    ['a missing path', 'none', 'none cannot be read'],
    ['a folder without a trace', '.', 'trace.ndjson cannot be read'],
    ['a file that is not a trace', 'stored/call.wav', 'The first line is'],
    ['a file that is not a ZIP file', 'broken.zip', 'not a ZIP file'],
  ])('exits with 2 for %s', async (_, path, words) => {
    writeFileSync(join(cwd, 'broken.zip'), 'PK');
    const run = await hookline(['show', path], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });
});

describe('hookline inspect', () => {
  test('prints ladder, log and summary, with the rows that match the filter', async () => {
    const run = await hookline(['inspect', 'stored', '--filter', 'type:opened type:closed'], { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/opened(?:.*\n)*\nLog\n(?:.*\n)*\nSummary\n/);
    expect(run.stdout.match(/^ +[\d.]+ [<>-] /gm)).toHaveLength(2);
  });

  test('prints the matching rows as JSON lines, in the format of call --json', async () => {
    const run = await hookline(
      ['inspect', 'stored.zip', '--format', 'json', '--filter', 'dir:in -type:audio'],
      { cwd },
    );
    const rows = run.json.slice(1, -1);
    expect(run.json[0]).toMatchObject({ type: 'header', format: 'hookline-trace' });
    expect(rows.every((row) => row['type'] === 'wire' && row['dir'] === 'in')).toBe(true);
    expect(rows.flatMap((row) => row['message'] ?? [])).toEqual(expect.arrayContaining(['opened', 'closed']));
    expect(run.json.at(-1)).toMatchObject({ type: 'summary', closeReason: 'end' });
    expect(
      (await hookline(['inspect', 'stored', '--json', '--filter', 'dir:in -type:audio'], { cwd })).stdout,
    ).toBe(run.stdout);
  });

  test('prints Markdown', async () => {
    const run = await hookline(['inspect', 'noted', '--format', 'md'], { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(
      /^# Audio Connector call\n(?:.*\n)*## Rules broken\n(?:.*\n)*```text\n(?:.*\n)*```\n$/,
    );
  });

  test('masks credentials in a trace of other software', async () => {
    const secret = 'another-secret-key-1';
    const path = changed('leaky', (line) => line.replace(/X-API-KEY: [^\\]*/i, `X-API-KEY: ${secret}`));
    expect(readFileSync(join(cwd, path, 'trace.ndjson'), 'utf8')).toContain(secret);
    for (const words of [
      ['inspect', path],
      ['inspect', path, '--json'],
      ['inspect', path, '--format', 'md'],
      ['show', path],
    ])
      expect((await hookline(words, { cwd })).stdout).not.toContain(secret);
  });

  test.each([
    [['inspect', 'deep']],
    [['inspect', 'deep', '--json']],
    [['inspect', 'deep', '--format', 'md']],
    [['show', 'deep']],
    [['show', 'deep', '--json']],
  ])('prints a row that is nested too deeply for JSON with a placeholder: %j', async (args) => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    changed('deep', (line) =>
      line.includes('"type":"closed"')
        ? `${line}\n{"kind":"mark","t":1100,"label":"here","data":${nested}}`
        : line,
    );
    const run = await hookline(args, { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain('mark');
    if (args.includes('--json'))
      expect(run.json).toContainEqual(
        expect.objectContaining({
          of: 'mark',
          row: { kind: 'mark', t: 1100, label: 'here', data: '[nested too deeply to be shown]' },
        }),
      );
  });

  test('follows a trace that is being written to the end of the call', async () => {
    const whole = readFileSync(join(cwd, 'stored', 'trace.ndjson'), 'utf8').split(/(?<=\n)/);
    cpSync(join(cwd, 'stored'), join(cwd, 'growing'), { recursive: true });
    const rows = join(cwd, 'growing', 'trace.ndjson');
    writeFileSync(rows, whole.slice(0, 3).join(''));
    const run = start(['inspect', 'growing', '--follow', '--json'], { cwd });
    expect(JSON.parse(await run.firstLine)).toMatchObject({ type: 'header' });
    writeFileSync(rows, whole.slice(3).join(''), { flag: 'a' });
    const { code, json } = await run.finished;
    expect([code, json.at(-2)?.['kind'], json.at(-1)?.['type']]).toEqual([0, 'end', 'summary']);
  });

  test.each([[[]], [['--json']]])(
    'stops following if the reader of its output has gone: %j',
    async (flags) => {
      const name = changed('unread', (line) => (line.includes('"kind":"end"') ? '' : line));
      const run = start(['inspect', name, '--follow', ...flags], { cwd });
      await run.firstLine;
      run.child.stdout.destroy();
      await once(run.child.stdout, 'close');
      const [row] =
        readFileSync(join(cwd, name, 'trace.ndjson'), 'utf8').match(/^.*"type":"opened".*$/m) ?? [];
      writeFileSync(join(cwd, name, 'trace.ndjson'), `${row}\n`, { flag: 'a' });
      expect(await run.finished).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test('stops following on SIGINT, with exit code 130', async () => {
    changed('unended', (line) => (line.includes('"kind":"end"') ? '' : line));
    const run = start(['inspect', 'unended', '--follow', '--json'], { cwd });
    await run.firstLine;
    run.child.kill('SIGINT');
    const { code, json } = await run.finished;
    expect([code, json.at(-1)?.['type']]).toEqual([130, 'summary']);
  });

  test.each<[readonly string[], string]>([
    [['--filter', 'dir:left'], '--filter: Filter, character 5: dir is "left"; expected in or out'],
    [['--filter', 'tpye:ping'], 'did you mean type?'],
    [['--format', 'xml'], 'text, json, md'],
    [['--follow', '--format', 'md'], 'remove one of them'],
  ])('refuses %j', async (flags, words) => {
    const run = await hookline(['inspect', 'stored', ...flags], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });
});

describe('hookline inspect diff', () => {
  test('exits with 0 for the same call, as a folder and as a .zip', async () => {
    const run = await hookline(['inspect', 'diff', 'stored', 'stored.zip'], { cwd });
    expect([run.code, run.stdout, run.stderr]).toEqual([0, 'no difference\n', '']);
  });

  test('exits with 1 and names the difference', async () => {
    changed('other', (line) => line.replace('\\"reason\\":\\"end\\"', '\\"reason\\":\\"error\\"'));
    const run = await hookline(['inspect', 'diff', 'stored', 'other'], { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^! close from Genesys at .*parameters\.reason/);
    expect(run.stderr).toBe('hookline: the calls differ in 1 place\n');
    const json = await hookline(['inspect', 'diff', 'stored', 'other', '--json'], { cwd });
    expect(json.code).toBe(1);
    expect(json.json).toMatchObject([
      { type: 'difference', kind: 'changed', lane: 'caller', of: 'message', path: 'parameters.reason' },
      { type: 'diff', same: false, differences: 1 },
    ]);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 1, message: expect.any(String) } });
    const filtered = await hookline(['inspect', 'diff', 'stored', 'other', '--filter', '-type:close'], {
      cwd,
    });
    expect(filtered.code).toBe(0);
  });

  test('prints a Markdown list', async () => {
    const run = await hookline(['inspect', 'diff', 'stored', 'noted', '--format', 'md'], { cwd });
    expect([run.code, run.stdout]).toEqual([
      1,
      '- AC-MSG-6 is broken only in B\n- FUTURE-1 is broken only in B\n',
    ]);
  });

  test('compares times with --times, and ignores text with --ignore', async () => {
    changed('late', (line) => line.replace(/"t":([1-9]\d*\.?\d*)/, (_, t) => `"t":${Number(t) + 2000}`));
    const flags = ['inspect', 'diff', 'stored', 'late', '--ignore', 'text'];
    expect((await hookline(flags, { cwd })).code).toBe(0);
    const run = await hookline([...flags, '--times', '500ms'], { cwd });
    expect([run.code, run.stdout]).toEqual([1, expect.stringMatching(/^~ open .*arrives 2 s later/)]);
  });

  test.each<[readonly string[], string]>([
    [['--ignore', 'txet'], 'It takes text; got "txet"'],
    [['--times', 'soon'], '--times takes a time such as 500ms'],
    [['--filter', 'kind:x'], 'unknown key "kind"; expected one of type, dir, clause, t, text'],
    [['--follow'], '--follow cannot be used with inspect diff'],
  ])('refuses %j', async (flags, words) => {
    const run = await hookline(['inspect', 'diff', 'stored', 'stored', ...flags], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });
});

test.each([[['show']], [['inspect']], [['inspect', 'diff']], [['calibrate']]])(
  'the help of %j ends with three examples',
  async (verb) => {
    const { stdout } = await hookline([...verb, '--help'], { cwd });
    const [, examples = ''] = stdout.split('\nExamples:\n');
    expect(examples.trimEnd().split('\n')).toHaveLength(3);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  },
);

describe('hookline calibrate', () => {
  test('writes a report without secrets, phone numbers and identifiers', async () => {
    changed('real', (line) =>
      line.includes('"format"')
        ? line.replace('"vantage":"client"', '"vantage":"server"')
        : line.replace(/"dir":"(in|out)"/, (_, dir) => `"dir":"${dir === 'in' ? 'out' : 'in'}"`),
    );
    const dump = { entities: [{ eventEntity: { id: 'AUDIOHOOK-0012' }, conversationId: 'none' }] };
    writeFileSync(join(cwd, 'events.json'), JSON.stringify(dump));
    const run = await hookline(['calibrate', 'real', '--events', 'events.json', '--out', 'page.md'], { cwd });
    expect([run.code, run.stdout]).toEqual([0, '']);
    const page = readFileSync(join(cwd, 'page.md'), 'utf8');
    expect(page).toMatch(/## Confirmed(?:.*\n)*\| AC-OPEN-1 \|/);
    expect(page).toContain('- AUDIOHOOK-0012: 1');
    expect(page).not.toMatch(/[\da-f]{8}-[\da-f]{4}-|127\.0\.0\.1|\+1\d{6}/);
    const json = await hookline(['calibrate', 'real', '--json'], { cwd });
    expect(json.json.at(-1)).toMatchObject({
      type: 'calibration',
      calls: [{ number: 1, vantage: 'server' }],
    });
    expect((await hookline(['calibrate', 'real'], { cwd })).stdout).toMatch(/^# Calibration of Hookline/);
  });

  test.each<[readonly string[], string]>([
    [['stored'], "Trace 1 is of a call by Hookline's client"],
    [['none'], 'none cannot be read'],
    [['stored', '--events', 'none.json'], '--events cannot read "none.json"'],
    [['stored', '--events', 'stored/trace.ndjson'], 'contains no operational events'],
    [[], "missing required argument 'trace'"],
  ])('refuses %j', async (words, message) => {
    const run = await hookline(['calibrate', ...words], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(message);
  });
});

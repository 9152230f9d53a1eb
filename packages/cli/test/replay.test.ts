import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine, writeWav } from '@hookline/audio';
import { zipTrace } from '@hookline/trace/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, type Running, start } from './hookline.js';
import { replayBot, type Variant } from './replay-bot.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-replay-'));
const open: { close(): void }[] = [];
afterAll(() => {
  for (const one of open) one.close();
  rmSync(cwd, { recursive: true });
});

async function bot(variant: Variant = {}) {
  const served = await replayBot(variant);
  open.push(served);
  return served;
}

const replay = (trace: string, url: string, ...more: string[]) =>
  hookline(['replay', trace, '--to', url, '--trace', 'off', '--json', ...more], { cwd });

const texts = (run: Awaited<ReturnType<typeof hookline>>) => {
  const differences = run.json.at(-1)?.['differences'];
  return Array.isArray(differences) ? differences.map(({ text }: { text: string }) => text) : undefined;
};

const SPEECH = sine({ hz: 440, ms: 700, dbfs: -10 });

beforeAll(async () => {
  writeFileSync(join(cwd, 'tone.wav'), writeWav({ codec: 'pcm16', rate: 8000, channels: 1, data: SPEECH }));
  const served = await replayBot();
  try {
    const call = await hookline(
      [
        ...[
          'call',
          served.url,
          '--wav',
          'tone.wav',
          '--dtmf',
          '1@300ms',
          '--dtmf',
          '#@2500ms',
          '--trace',
          'ended',
        ],
        ...['--input', 'customerId=42', '--ani', '+15550100', '--ani-name', 'Ada', '--language', 'en-US'],
      ],
      { cwd },
    );
    expect([call.code, call.stderr]).toEqual([0, '']);
    const hung = await hookline(
      [
        'call',
        served.url,
        '--dtmf',
        '1@300ms',
        '--hangup-after',
        '900ms',
        '--media',
        'L16',
        '--trace',
        'hung-up',
      ],
      { cwd },
    );
    expect([hung.code, hung.stderr]).toEqual([0, '']);
  } finally {
    served.close();
  }
}, 180_000);

/** A copy of a trace whose rows are changed. */
function changed(name: string, of: string, change: (lines: string[]) => string[]): string {
  cpSync(join(cwd, of), join(cwd, name), { recursive: true });
  const file = join(cwd, name, 'trace.ndjson');
  writeFileSync(file, `${change(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  return name;
}

/** A copy of a trace with one channel, changed to a call with two. */
function doubled(name: string, of: string, internal: (sample: number) => number): string {
  const copy = changed(name, of, (lines) =>
    lines.map((line) => {
      const row = JSON.parse(line);
      if (typeof row.text === 'string')
        row.text = row.text.replaceAll('["external"]', '["external","internal"]');
      if (row.format !== undefined) row.channels = ['external', 'internal'];
      if (row.kind === 'audio' && row.dir === 'out') {
        row.sizes = row.sizes.map((size: number) => 2 * size);
        row.length *= 2;
        row.offset *= 2;
      }
      return JSON.stringify(row);
    }),
  );
  const file = join(cwd, name, 'caller.raw');
  const mono = readFileSync(file);
  writeFileSync(file, Buffer.from([...mono].flatMap((byte, at) => [byte, internal(at)])));
  return copy;
}

describe.concurrent('hookline replay', () => {
  test('finds no difference for the same bot, and sends it what the recorded caller sent', async () => {
    const served = await bot();
    const run = await replay('ended', served.url, '--strict');
    expect([run.code, run.stderr, texts(run)]).toEqual([0, '', []]);
    expect(run.json.at(-1)).toMatchObject({ type: 'result', path: 'success', same: true });
    const [call] = served.calls;
    const said = call?.messages.map(({ type }) => type);
    expect(said?.filter((type) => type === 'dtmf')).toHaveLength(2);
    expect(call?.messages[0]).toMatchObject({
      type: 'open',
      parameters: {
        participant: { ani: 'tel:+15550100', aniName: 'Ada', dnis: '' },
        language: 'en-us',
        inputVariables: { customerId: '42' },
      },
    });
    const recorded = readFileSync(join(cwd, 'ended', 'caller.raw'));
    const shorter = Math.min(recorded.length, call?.audio.length ?? 0);
    expect(recorded.includes(Buffer.from(encodeMulaw(SPEECH).subarray(0, 1600)))).toBe(true);
    expect(shorter).toBeGreaterThan(16_000);
    expect(call?.audio.subarray(0, shorter).equals(recorded.subarray(0, shorter))).toBe(true);
  });

  test('plays both channels of a call that had two', async () => {
    const name = doubled('two-channels', 'ended', (at) => at % 251);
    const served = await bot();
    const run = await replay(name, served.url);
    expect([run.code, run.stderr, texts(run)]).toEqual([0, '', []]);
    const [call] = served.calls;
    expect(call?.messages[0]?.parameters.media).toMatchObject([{ channels: ['external', 'internal'] }]);
    const recorded = readFileSync(join(cwd, name, 'caller.raw'));
    const shorter = Math.min(recorded.length, call?.audio.length ?? 0);
    expect(shorter).toBeGreaterThan(32_000);
    expect(call?.audio.subarray(0, shorter).equals(recorded.subarray(0, shorter))).toBe(true);
  });

  test('plays a .zip of a trace', async () => {
    await zipTrace(join(cwd, 'ended'), join(cwd, 'ended.zip'));
    const run = await replay('ended.zip', (await bot()).url);
    expect([run.code, run.stderr, texts(run)]).toEqual([0, '', []]);
  });

  test('uses new ids', async () => {
    const served = await bot();
    await replay('hung-up', served.url);
    const recorded = readFileSync(join(cwd, 'hung-up', 'trace.ndjson'), 'utf8');
    const [openMessage] = served.calls[0]?.messages ?? [];
    for (const id of [openMessage?.id, openMessage?.parameters['conversationId']]) {
      expect(id).toMatch(/^[\da-f-]{36}$/);
      expect(recorded).not.toContain(id);
    }
  });

  test('hangs up when the recorded caller did, also with L16', async () => {
    const served = await bot();
    const run = await replay('hung-up', served.url);
    expect([run.code, texts(run)]).toEqual([0, []]);
    expect(run.json.at(-1)).toMatchObject({ path: 'disconnected' });
    expect(Number(run.json.at(-1)?.['durationMs'])).toBeGreaterThan(800);
    expect(served.calls[0]?.messages[0]?.parameters.media).toMatchObject([{ format: 'L16' }]);
  });

  test.each<[string, Variant, RegExp[], string[]]>([
    ['says something else', { answer: 'two' }, [/\.text is "one" in A, "two" in B/], []],
    ['returns something else', { order: 'R-18' }, [/outputVariables\.order is "R-17" in A, "R-18" in B/], []],
    ['talks longer', { greetingMs: 1600 }, [/lasts 0\.6 s in A, 1\.6 s in B/], []],
    ['is slower, with --strict', { slowMs: 900 }, [/arrives \S+ (ms|s) later in B/], ['--strict']],
  ])('reports exactly one difference for a bot that %s', async (_, variant, expected, more) => {
    const run = await replay('ended', (await bot(variant)).url, ...more);
    expect(texts(run)).toEqual(expected.map((words) => expect.stringMatching(words)));
    expect([run.code, JSON.parse(run.stderr).error]).toEqual([
      1,
      expect.objectContaining({ code: 1, message: 'the bot differs from the trace: 1 difference' }),
    ]);
  });

  test('ignores the differences that --ignore names', async () => {
    const { url } = await bot({ answer: 'two', greetingMs: 1600, slowMs: 900 });
    const run = await replay('ended', url, '--ignore', 'text,timing');
    expect([run.code, texts(run)]).toEqual([0, []]);
  });

  test('hangs up and reports a difference if the bot does not end the call', {
    timeout: 60_000,
  }, async () => {
    const run = await replay('ended', (await bot({ ends: false })).url);
    expect([run.code, texts(run)?.[0]]).toEqual([1, expect.stringContaining('the caller hung up')]);
    expect(texts(run)).toContainEqual(expect.stringMatching(/^disconnect .*is missing in B/));
    expect(run.json.at(-1)).toMatchObject({ path: 'disconnected' });
  });

  test('exits with the code of a failed call, and reports missing messages', async () => {
    const run = await replay('ended', 'ws://127.0.0.1:9/bot');
    expect([run.code, JSON.parse(run.stderr).error.cause]).toEqual([4, 'refused']);
    expect(texts(run)).toContainEqual(expect.stringMatching(/^opened .* is missing in B/));
  });

  test('writes a new trace and prints the differences as text', async () => {
    const { url } = await bot({ order: 'R-18' });
    const run = await hookline(['replay', 'ended', '--to', url, '--trace', 'again', '--ladder'], { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/A is the trace, B the replay/);
    expect(Math.max(...run.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(run.stderr).toBe('hookline: the bot differs from the trace: 1 difference\n');
    expect(readFileSync(join(cwd, 'again', 'trace.ndjson'), 'utf8')).toContain('R-18');
  });

  test('plays a call at another speed', async () => {
    const beganAt = performance.now();
    const run = await replay('ended', (await bot()).url, '--speed', '4');
    expect([run.code, texts(run)]).toEqual([0, []]);
    expect(Number(run.json.at(-1)?.['durationMs'])).toBeGreaterThan(2400);
    expect(performance.now() - beganAt).toBeLessThan(2400);
  });

  test.each<[string, (line: string) => boolean, RegExp]>([
    ['before its end', (line) => line.includes('\\"#\\"'), /ends before the call/],
    ['before the end of the connection', (line) => line.includes('"kind":"end"'), /^$/],
  ])('plays a trace that ends %s up to its end', async (where, isFirstLost, told) => {
    const name = changed(`cut ${where}`, 'ended', (lines) => lines.slice(0, lines.findIndex(isFirstLost)));
    const run = await replay(name, (await bot()).url);
    expect([run.code, texts(run)]).toEqual([0, []]);
    expect(run.stderr).toMatch(told);
  });

  test('plays a trace of hookline record', { timeout: 60_000 }, async () => {
    const served = await bot();
    const proxy: Running = start(
      [
        'record',
        '--listen',
        ':0',
        '--forward-to',
        `ws://${new URL(served.url).host}`,
        '--trace',
        'stored',
        '--json',
      ],
      { cwd },
    );
    open.push({ close: () => proxy.child.kill() });
    const { url } = JSON.parse(await proxy.firstLine);
    const call = await hookline(['call', `${url}/bot`, '--tone', '440', '--dtmf', '#@900ms'], { cwd });
    expect(call.code).toBe(0);
    proxy.child.kill();
    const trace = String((await proxy.finished).json.at(-1)?.['trace']);
    const run = await replay(trace, served.url);
    expect([run.code, texts(run)]).toEqual([0, []]);
    const other = await replay(trace, (await bot({ order: 'R-18' })).url);
    expect([other.code, texts(other)]).toEqual([1, [expect.stringContaining('"R-18" in B')]]);
  });

  test('also reports what the bot breaks between the result and the end of the connection', async () => {
    const served = await bot({ closesLate: true });
    const run = await replay('hung-up', served.url);
    const late = expect.objectContaining({ clause: 'AC-MSG-6', count: 1 });
    expect(run.json.at(-1)?.['warnings']).toContainEqual(late);
  });

  test('refuses a trace without opened with exit 2, before connecting', async () => {
    const name = changed('not-open', 'ended', (lines) =>
      lines.filter((line) => !line.includes('\\"opened\\"')),
    );
    const served = await bot();
    const run = await replay(name, served.url);
    expect([run.code, run.stdout, served.calls.length]).toEqual([2, '', 0]);
    expect(run.stderr).toContain('not opened (open was never answered with opened)');
  });

  test.each([
    [['ended'], 'No target: pass --to'],
    [['nothing', '--to', 'ws://localhost:1/b'], 'cannot be read'],
    [['ended', '--to', 'ws://localhost:1/b', '--base-uri', 'ws://localhost:2'], 'cannot be used together'],
    [['ended', '--to', 'ws://localhost:1/b', '--speed', '0'], '--speed takes'],
    [['ended', '--to', 'ws://localhost:1/b', '--ignore', 'txt'], 'did you mean "text"'],
    [['ended', '--to', 'ws://localhost:1/b', '--strict', '--speed', '2'], 'cannot be used together'],
    [['ended', '--to', 'ws://localhost:1/b', '--trace', 'ended'], 'already contains a trace'],
  ])('answers %j with exit 2', async (args, words) => {
    const run = await hookline(['replay', ...args], { cwd });
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });
});

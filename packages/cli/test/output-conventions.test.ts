import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav, rmsDbfs, sine, toneDbfs, writeWav } from '@hookline/audio';
import { botPreset, phraseUrl } from '@hookline/bots';
import { createBot, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, start } from './hookline.js';

const BIN = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));
const THIS_FILE = fileURLToPath(import.meta.url);
const cwd = mkdtempSync(join(tmpdir(), 'hookline-cli-'));
const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
let quiet: Listening;
let call: string[];

beforeAll(async () => {
  quiet = await createBot({ auth: 'none' }, botPreset('quiet')!.create()).listen(0, { host: '127.0.0.1' });
  call = ['call', quiet.url, '--hangup-after', '500ms'];
});
afterAll(async () => {
  await quiet.close();
  rmSync(cwd, { recursive: true });
});

describe('the files of a call', () => {
  test.each<[string, () => string[], string]>([
    ['a recording to a folder', () => ['--record', cwd], '--record cannot write'],
    ['a WAV file of the bot below a file', () => ['--out', join(THIS_FILE, 'bot.wav')], '--out cannot write'],
    ['a trace folder that is a file', () => ['--trace', THIS_FILE], '--trace cannot write'],
    [
      'a trace folder that contains a trace',
      () => {
        const dir = join(cwd, 'taken');
        mkdirSync(dir);
        writeFileSync(join(dir, 'trace.ndjson'), '');
        return ['--trace', dir];
      },
      'already contains a trace',
    ],
  ])('are refused before connecting: %s', async (_what, flags, words) => {
    const run = await hookline([...call, '--json', ...flags()], { cwd });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(words);
  });

  test('are created with their folders', async () => {
    const [record, out] = [join(cwd, 'new/a/call.wav'), join(cwd, 'new/b/bot.wav')];
    const run = await hookline([...call, '--json', '--record', record, '--out', out], { cwd });
    expect(run.code).toBe(0);
    expect(existsSync(record) && existsSync(out)).toBe(true);
  });

  test.runIf(existsSync('/dev/full'))('exit with 8 if the disk is full', async () => {
    const run = await hookline([...call, '--json', '--record', '/dev/full'], { cwd });
    expect(run.code).toBe(8);
    expect(lastLine(run.stdout)).toMatchObject({
      type: 'result',
      path: 'disconnected',
      problems: [expect.stringContaining('/dev/full')],
    });
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(lastLine(run.stderr).error).toMatchObject({
      code: 8,
      message: expect.stringContaining('/dev/full'),
    });
  });

  test('do not include a trace of a successful call, even if it could not be written', async () => {
    const blocked = mkdtempSync(join(cwd, 'blocked-'));
    writeFileSync(join(blocked, '.hookline'), 'a file instead of the folder');
    const run = await hookline([...call, '--json'], { cwd: blocked });
    expect([run.code, run.stderr]).toEqual([0, '']);
  });
});

describe('the lines of --json', () => {
  test('have a `type` that does not depend on the type of the message', async () => {
    const run = await hookline([...call, '--json'], { cwd });
    expect(new Set(run.json.slice(0, -1).map((line) => line['type']))).toEqual(new Set(['wire']));
    expect(run.json.flatMap((line) => line['message'] ?? [])).toEqual(['open', 'opened', 'close', 'closed']);
    expect(run.json.at(-1)).toMatchObject({ type: 'result' });
  });

  test.runIf(process.platform !== 'win32')(
    'can be piped to a reader that closes early, as can stderr',
    async () => {
      const bin = fileURLToPath(new URL('../bin/hookline.mjs', import.meta.url));
      const quoted = [process.execPath, bin, ...call, '--json', '--ladder', '--trace', 'stored'];
      const shell = spawn('sh', ['-c', '("$@"; echo $? > code) 2>&1 | head -n 1', 'sh', ...quoted], { cwd });
      await once(shell, 'close');
      expect(readFileSync(join(cwd, 'code'), 'utf8').trim()).toBe('0');
      expect(JSON.parse(readFileSync(join(cwd, 'stored', 'result.json'), 'utf8'))).toMatchObject({
        path: 'disconnected',
      });
    },
  );
});

describe('a call that is interrupted twice', () => {
  test('does not wait for a bot that does not send `closed`, and prints its result', async () => {
    const server = spawn(process.execPath, ['--input-type=module', '-e', NEVER_CLOSES], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    const run = start(['call', await firstLine(server), '--no-sign', '--api-key', 'k', '--json'], { cwd });
    await opened(run.child);
    run.child.kill('SIGINT');
    await said(run.child, '"message":"close"');
    run.child.kill('SIGINT');
    const { code, stdout } = await run.finished;
    server.kill();
    expect(code).toBe(130);
    expect(lastLine(stdout)).toMatchObject({ type: 'result', path: 'disconnected', reason: 'callerHangup' });
  });
});

/** Answers `open` and nothing else. */
const NEVER_CLOSES = `
import { WebSocketServer } from 'ws';
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('listening', () => console.log('ws://127.0.0.1:' + server.address().port + '/'));
server.on('connection', (socket) => socket.on('message', (bytes, binary) => {
  const { type, id, parameters } = binary ? {} : JSON.parse(bytes);
  if (type !== 'open') return;
  const { media } = parameters;
  socket.send(JSON.stringify({ version: '2', type: 'opened', id, seq: 1, clientseq: 1, parameters: { startPaused: false, media } }));
}));
`;

async function firstLine(child: ChildProcess): Promise<string> {
  const [bytes] = await once(child.stdout!, 'data');
  return String(bytes).trim();
}

const opened = (child: ChildProcess) => said(child, '"message":"opened"');

function said(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout!.on('data', (bytes) => {
      text += bytes;
      if (text.includes(words)) resolve();
    });
  });
}

describe('--noise', () => {
  const noise = join(cwd, 'hum.wav');
  const left = (path: string) => {
    const { samples } = readWav(readFileSync(path));
    return samples.filter((_, index) => index % 2 === 0);
  };
  beforeAll(() =>
    writeFileSync(
      noise,
      writeWav({ codec: 'pcm16', rate: 16_000, channels: 1, data: sine({ hz: 440, ms: 500, rate: 16_000 }) }),
    ),
  );

  test('is mixed into the speech at the given level', async () => {
    const record = join(cwd, 'noisy.wav');
    const flags = ['--tone', '1000', '--noise', `${noise}@10dB`, '--record', record, '--json'];
    expect((await hookline([...call, ...flags], { cwd })).code).toBe(0);
    const sent = left(record).subarray(1000, 3400);
    expect(toneDbfs(sent, 1000)).toBeCloseTo(-20, 0);
    expect(toneDbfs(sent, 440)).toBeCloseTo(-30, 0);
  });

  test('continues while the caller is silent', async () => {
    const record = join(cwd, 'noisy-pause.wav');
    const hello = fileURLToPath(phraseUrl('hello'));
    const flags = [
      '--wav',
      hello,
      '--turn-gap',
      '5s',
      '--noise',
      `${noise}@10dB`,
      '--record',
      record,
      '--json',
    ];
    expect((await hookline([...call, ...flags], { cwd })).code).toBe(0);
    const pause = left(record).subarray(1000, 3400);
    expect(toneDbfs(pause, 440)).toBeCloseTo(rmsDbfs(pause), 0);
    expect(rmsDbfs(pause)).toBeLessThan(-30);
  });

  test.each([
    [['--noise', 'hum.wav', '--tone', '440'], 'street.wav@10dB'],
    [['--noise', 'hum.wav@10', '--tone', '440'], 'street.wav@10dB'],
    [['--noise', 'none.wav@10dB', '--tone', '440'], '--noise cannot read'],
    [['--noise', 'hum.wav@10dB'], 'this caller has none'],
  ])('is refused as %j', async (flags, words) => {
    const run = await hookline([...call, ...flags], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
  });
});

describe.skipIf(!existsSync('/dev/full'))('an output on a full disk', () => {
  /** Runs the real binary with stdout on a full disk, or on a pipe without a reader. */
  const run = async (args: readonly string[], onto: 'a full disk' | 'a closed pipe') => {
    const disk = onto === 'a full disk' ? openSync('/dev/full', 'w') : undefined;
    const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', disk ?? 'pipe', 'pipe'] });
    if (disk !== undefined) closeSync(disk);
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.on('data', (bytes) => {
      stderr += bytes;
    });
    await once(child, 'close');
    return [child.exitCode, stderr];
  };

  test('is reported in one line, with exit code 8', async () => {
    const said = expect.stringMatching(/^hookline: the output could not be written: ENOSPC.*\n$/);
    expect(await run(['explain', 'AC-OPEN-3'], 'a full disk')).toEqual([8, said]);
    const json = expect.stringMatching(/^\{"error":\{"code":8,"message":"the output could not be written: /);
    expect(await run(['explain', 'AC-OPEN-3', '--json'], 'a full disk')).toEqual([8, json]);
  });

  test('does not hide another exit code', async () => {
    const [code, stderr] = await run(
      ['call', 'ws://127.0.0.1:9/x', '--json', '--trace', 'off'],
      'a full disk',
    );
    expect([code, stderr]).toEqual([4, expect.not.stringContaining('could not be written')]);
  });

  test('is not confused with a reader that is gone', async () => {
    expect(await run(['explain', 'AC-OPEN-3'], 'a closed pipe')).toEqual([0, '']);
  });
});

test('the process ends with its call, even if something else is pending', async () => {
  const preload = join(cwd, 'pending.cjs');
  // Like a DNS query without an answer.
  writeFileSync(preload, 'setInterval(() => {}, 1e9);');
  const run = await hookline([...call, '--json'], { cwd, env: { NODE_OPTIONS: `--require ${preload}` } });
  expect(run.code).toBe(0);
  expect(run.json.at(-1)).toHaveProperty('path', 'disconnected');
});

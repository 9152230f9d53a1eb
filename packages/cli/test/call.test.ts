import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav, rmsDbfs, sine, writeWav } from '@hookline/audio';
import { phrase, phraseUrl } from '@hookline/bots';
import { type CallHandler, createBot, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, type Running, start } from './hookline.js';

const SECRET = 'aG9va2xpbmUtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ==';
const KEY = ['--api-key', 'test-key'];
const SIGNED = [...KEY, '--client-secret', SECRET];
const cwd = mkdtempSync(join(tmpdir(), 'hookline-cli-'));
const hello = fileURLToPath(phraseUrl('hello'));

let parrot: Running;
let parrotUrl: string;
const listening: Listening[] = [];

beforeAll(async () => {
  parrot = start(['serve', 'parrot', '--port', '0', '--json', ...SIGNED], { cwd });
  parrotUrl = JSON.parse(await parrot.firstLine).url;
});
afterAll(async () => {
  for (const one of listening) await one.close();
  parrot.child.kill('SIGTERM');
  const { code } = await parrot.finished;
  rmSync(cwd, { recursive: true });
  expect(code).toBe(0);
});

async function serve(handler: CallHandler): Promise<string> {
  const one = await createBot({ auth: { 'test-key': SECRET } }, handler).listen(0, { host: '127.0.0.1' });
  listening.push(one);
  return one.url;
}

const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

describe('hookline call', () => {
  test('plays a WAV file to the parrot, and records what the parrot plays back', {
    timeout: 60_000,
  }, async () => {
    const record = join(cwd, 'out.wav');
    const run = await hookline(['call', parrotUrl, ...SIGNED, '--wav', hello, '--record', record, '--json'], {
      cwd,
    });
    expect(run.stderr).not.toContain('internal error');
    expect(run.code).toBe(0);
    const result = lastLine(run.stdout);
    expect(result).toMatchObject({ type: 'result', path: 'success', outputs: { utterances: '1' } });
    const { samples, channels, rate } = readWav(readFileSync(record));
    expect([channels, rate]).toEqual([2, 8000]);
    const left = samples.filter((_, index) => index % 2 === 0);
    const right = samples.filter((_, index) => index % 2 === 1);
    const spoken = readWav(phrase('hello').bytes).samples;
    const said = find(spoken, left);
    const heard = find(spoken, right);
    expect(said.correlation).toBeGreaterThan(0.999);
    expect(heard.correlation).toBeGreaterThan(0.999);
    expect(heard.at).toBeGreaterThan(said.at + spoken.length);
    expect(existsSync(join(cwd, '.hookline'))).toBe(false);
  });
});

describe.concurrent('hookline call, concurrently', () => {
  test.each([
    ['44.1 kHz stereo PCM16', 44_100, 2],
    ['48 kHz mono PCM16', 48_000, 1],
    ['16 kHz mono PCM16', 16_000, 1],
  ])('plays a WAV file of %s', { timeout: 60_000 }, async (_, rate, channels) => {
    const tone = sine({ hz: 600, dbfs: -12, ms: 300, rate });
    const data =
      channels === 1 ? tone : Int16Array.from({ length: tone.length * 2 }, (__, i) => tone[i >> 1] ?? 0);
    const file = join(cwd, `tone-${rate}-${channels}.wav`);
    const out = join(cwd, `tone-${rate}-${channels}-out.wav`);
    writeFileSync(file, writeWav({ codec: 'pcm16', rate, channels, data }));
    const run = await hookline(
      [
        'call',
        parrotUrl,
        ...SIGNED,
        '--wav',
        file,
        '--record',
        out,
        '--json',
        '--turn-gap',
        '100ms',
        '--hangup-after',
        '1s',
      ],
      { cwd },
    );
    expect(run.code).toBe(0);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', path: 'disconnected' });
    const left = readWav(readFileSync(out)).samples.filter((__, index) => index % 2 === 0);
    const loudest = Math.max(...windows(left, 800).map((window) => rmsDbfs(window)));
    expect(loudest).toBeGreaterThan(-16);
    expect(loudest).toBeLessThan(-11);
  });

  test('refuses a file that is not a WAV file with exit 2 and one line', async () => {
    const file = join(cwd, 'notes.wav');
    writeFileSync(file, 'these are notes, no audio');
    const run = await hookline(['call', parrotUrl, ...SIGNED, '--wav', file, '--json'], { cwd });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/^hookline: --wav .*notes\.wav: .*WAV/);
  });

  test('exits with 3 if the key is wrong', async () => {
    const run = await hookline(
      ['call', parrotUrl, '--api-key', 'wrong', '--client-secret', SECRET, '--json'],
      { cwd },
    );
    expect(run.code).toBe(3);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', path: 'failure', cause: 'unauthorized' });
    expect(lastLine(run.stderr).error).toMatchObject({ code: 3, cause: 'unauthorized', url: parrotUrl });
  });

  test('exits with 4 if nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    server.close();
    await once(server, 'close');
    const run = await hookline(['call', `ws://127.0.0.1:${port}/x`, ...SIGNED, '--json'], { cwd });
    expect(run.code).toBe(4);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', path: 'failure', cause: 'refused' });
  });

  test('exits with 5 if the bot throws', async () => {
    const url = await serve(async () => {
      throw new Error('the backend is down');
    });
    const run = await hookline(['call', url, ...SIGNED, '--json'], { cwd });
    expect(run.code).toBe(5);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', path: 'failure', cause: 'bot-error' });
  });

  test('stores the trace of a failed call, and prints its folder', async () => {
    const url = await serve(async () => {
      throw new Error('the backend is down');
    });
    const run = await hookline(['call', url, ...SIGNED], { cwd });
    expect(run.code).toBe(5);
    const folder = /trace (\S+)/.exec(run.stdout)?.[1] ?? '';
    const rows = readFileSync(join(cwd, folder, 'trace.ndjson'), 'utf8');
    expect(rows).toContain('"disconnect"');
    expect(rows).not.toContain(SECRET);
  });

  test('exits with 1 if an expected output has another value', async () => {
    const url = await serve(async () => ({ verified: 'true' }));
    const args = ['call', url, ...SIGNED, '--expect-path', 'success'];
    expect((await hookline([...args, '--expect-output', 'verified=true'], { cwd })).code).toBe(0);
    const wrong = await hookline([...args, '--expect-output', 'verified=false'], { cwd });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('expected output verified="false", got "true"');
  });

  test('exits with 0 for an expected failure', async () => {
    const url = await serve(async () => {
      throw new Error('the backend is down');
    });
    const run = await hookline(['call', url, ...SIGNED, '--expect-path', 'failure'], { cwd });
    expect(run.code).toBe(0);
  });

  test('presses keys and sends inputs', async () => {
    const url = await serve(async (call) => {
      const { digits } = await call.collectDigits({ max: 4, timeoutMs: 5000 });
      return { digits, name: call.inputs['name'] ?? '' };
    });
    const run = await hookline(
      ['call', url, ...SIGNED, '--dtmf', '1234@100ms', '--input', 'name=Ann Lee', '--json'],
      { cwd },
    );
    expect(lastLine(run.stdout)).toMatchObject({
      path: 'success',
      outputs: { digits: '1234', name: 'Ann Lee' },
    });
  });

  test('hangs up on SIGINT, prints its result and exits with 130', async () => {
    const url = await serve(async (call) => {
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
    });
    const run = start(['call', url, ...SIGNED, '--json'], { cwd });
    await run.firstLine;
    run.child.kill('SIGINT');
    const finished = await run.finished;
    expect(finished.code).toBe(130);
    expect(lastLine(finished.stdout)).toMatchObject({ type: 'result', path: 'disconnected' });
  });

  writeFileSync(join(cwd, 'empty.txt'), '\ufeff\r\n');
  writeFileSync(join(cwd, 'latin1.txt'), Buffer.from('Ren\u00e9', 'latin1'));
  test.each([
    [['call'], 'No target: pass a URL'],
    [['call', 'ws://h/x', '--base-uri', 'ws://h'], 'cannot be used together'],
    [['call', 'http://h/x'], 'ws'],
    [['call', '--base-uri', 'ws://localhost/x?a=1', '--connector-id', 'b'], 'has a query'],
    [['call', 'ws://127.0.0.1:1/x', '--dtmf', 'x'], '--dtmf takes keys'],
    [['call', 'ws://127.0.0.1:1/x', '--hangup-after', '5'], '--hangup-after takes a time'],
    [['call', 'ws://127.0.0.1:1/x', '--client-secret', '%%%'], '--client-secret: it contains'],
    [['call', 'ws://127.0.0.1:1/x', '--input', 'novalue'], '--input takes name=value'],
    [['call', 'ws://127.0.0.1:1/x', '--recrod', 'x'], 'Did you mean --record'],
    [['call', 'ws://127.0.0.1:1/x', '--client-secret', ''], '--client-secret is empty'],
    [['call', 'ws://127.0.0.1:1/x', '--client-secret-file', 'empty.txt'], '"empty.txt" is empty'],
    [['call', 'ws://127.0.0.1:1/x', '--input', 'name=@latin1.txt'], '"latin1.txt" is not text in UTF-8'],
    [['call', 'wss://127.0.0.1:1/x', '--ca', 'empty.txt'], 'contains no certificate'],
    [['cal'], 'Did you mean call'],
    [['help', 'cal'], 'did you mean "call"'],
    [['serve', 'parot', '--no-auth'], 'did you mean "parrot"'],
    [['serve', 'parrot'], '--no-auth (no authentication)'],
  ])('answers %j with exit 2 and one clear line', async (args, words) => {
    const run = await hookline(args, { cwd });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(words);
  });
});

describe.concurrent('hookline probe', () => {
  test('finds no problem in the parrot', async () => {
    const run = await hookline(['probe', parrotUrl, ...SIGNED, '--json'], { cwd });
    expect(run.code).toBe(0);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', ok: true });
  });

  test('exits with 3 if the secret is wrong', async () => {
    const run = await hookline(
      ['probe', parrotUrl, ...KEY, '--client-secret', 'd3Jvbmctc2VjcmV0', '--json'],
      { cwd },
    );
    expect(run.code).toBe(3);
    expect(lastLine(run.stdout)).toMatchObject({ type: 'result', ok: false });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('prints its result on %s and exits with 130', async (signal) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const run = start(['probe', `ws://127.0.0.1:${port}`, ...SIGNED, '--json'], { cwd });
    const [socket] = await once(silent, 'connection');
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.finished;
    socket.destroy();
    silent.close();
    expect(lastLine(stdout)).toMatchObject({ type: 'result', ok: false });
    expect([code, lastLine(stderr)]).toMatchObject([130, { error: { code: 130 } }]);
  });
});

describe.concurrent('hookline serve', () => {
  test('lists its presets', async () => {
    const run = await hookline(['serve', '--list', '--json'], { cwd });
    expect(run.json.map((line) => line['name'])).toEqual(expect.arrayContaining(['parrot', 'echo', 'quiet']));
  });

  test('exits with 0 on SIGTERM during a call', { timeout: 60_000 }, async () => {
    const quiet = start(['serve', 'quiet', '--port', '0', '--json', '--no-auth', '--drain', '500ms'], {
      cwd,
    });
    const { url } = JSON.parse(await quiet.firstLine);
    const call = start(['call', url, '--json'], { cwd });
    await call.firstLine;
    const stoppedAt = performance.now();
    quiet.child.kill('SIGTERM');
    const { stdout } = await call.finished;
    // The call may continue for the whole of `--drain`.
    expect(performance.now() - stoppedAt).toBeGreaterThanOrEqual(500);
    expect((await quiet.finished).code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({ path: 'failure', cause: 'bot-error' });
  });
});

describe.concurrent('hookline demo', () => {
  test('prints a complete call and exits with 0', { timeout: 60_000 }, async () => {
    const run = await hookline(['demo'], { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('success path');
    expect(run.stdout).toContain('utterances="2"');
    expect(run.stdout).toContain('playback_completed');
  });

  test('prints only the outcome with --quiet', { timeout: 60_000 }, async () => {
    const run = await hookline(['demo', '--bot', 'quiet', '--quiet'], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^ – disconnected, no path · \d\.\d s · the caller hung up\n {3}trace \S+\n$/);
  });
});

/** Finds `pattern` in `samples` by normalised correlation, first coarsely, then exactly to the sample. */
function find(pattern: Int16Array, samples: Int16Array): { at: number; correlation: number } {
  let best = { at: -1, correlation: -1 };
  for (let at = 0; at + pattern.length <= samples.length; at += 1) {
    if (samples[at + 4000] !== pattern[4000]) continue;
    const correlation = correlate(pattern, samples.subarray(at, at + pattern.length));
    if (correlation > best.correlation) best = { at, correlation };
  }
  return best;
}

function correlate(a: Int16Array, b: Int16Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

function windows(samples: Int16Array, size: number): Int16Array[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) =>
    samples.subarray(index * size, (index + 1) * size),
  );
}

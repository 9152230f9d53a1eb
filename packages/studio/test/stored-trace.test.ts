import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav, wavHeader, writeWav } from '@hookline/audio';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../src/history/report.js';
import { TraceStore } from '../src/history/trace-store.js';
import { tempFolder } from './page.js';
import { TRACE_HEADER } from './trace-header.js';

const RESULT = { path: 'success', outputs: { code: '42' }, missing: [], undeclared: [], durationMs: 700 };

const message = (t: number, dir: 'in' | 'out', type: string, parameters: object = {}) => ({
  kind: 'message',
  t,
  dir,
  type,
  text: JSON.stringify({
    version: '2',
    id: '2f6b0a9e-9b1c-4a53-8f1c-2d9cbb1f9f10',
    type,
    seq: 1,
    ...(dir === 'in' ? { clientseq: 1 } : { serverseq: 1, position: 'PT0S' }),
    parameters,
  }),
});
const END = { kind: 'end', t: 900, code: 1000, by: 'client', reason: '' };

let histories = 0;

/** A history of one call, with these rows and the text of its result file. */
async function history(rows: readonly object[], result?: string) {
  histories += 1;
  const dir = tempFolder(`stored-${histories}`);
  const id = '2026-01-01-100000-abcd';
  const folder = join(dir, id);
  await mkdir(folder);
  const lines = [TRACE_HEADER, ...rows].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(join(folder, 'trace.ndjson'), lines.join(''));
  if (result !== undefined) await writeFile(join(folder, 'result.json'), result);
  return { store: new TraceStore(dir, new VirtualClock()), id, folder };
}

describe('a stored call whose result another program has written', () => {
  test.each([
    ['a duration that is a text', { durationMs: '<b>x' }],
    ['a duration beyond any call', { durationMs: 1e300 }],
    ['a negative duration', { durationMs: -5 }],
    ['outputs that are no texts', { outputs: { code: '42', b: { c: 1 }, d: null } }],
    ['names that are no texts', { missing: [{ a: 1 }, null], undeclared: [1] }],
    ['times that are no numbers', { timings: { replyMs: 'abc', connectMs: 'x', firstAudioMs: {} } }],
    ['reply times that are no numbers', { timings: { replyMs: [{}, null, '<img>'] } }],
    ['counts and keys that are objects', { heardMs: {}, bargeIns: [], dtmf: {} }],
    ['warnings that are none', { warnings: [1, null, { message: 5 }, { message: 'm', count: 'x' }] }],
  ])('is shown without the fields that are invalid: %s', async (_, wrong) => {
    const { store, id } = await history([END], JSON.stringify({ ...RESULT, ...wrong }));
    const stored = await store.open(id);
    const call = await stored.toStoredCall();
    expect(call.entry.path).toBe('success');
    expect(call.outcome?.outputs).toEqual({ code: '42' });
    const numbers = ['heardMs', 'bargeIns', 'underruns', 'durationMs', 'firstAudioMs'] as const;
    for (const name of numbers) expect(call.outcome?.[name] ?? 0).toBeTypeOf('number');
    expect(call.entry.durationMs).toBe('durationMs' in wrong ? 900 : 700);
    expect(await renderReport(stored)).not.toMatch(/NaN|undefined|\[object/);
  });

  test.each(['__proto__', 'constructor'])('is shown if its cause is %j', async (cause) => {
    const failure = { path: 'failure', cause, failureOutputs: { errorType: 'x', errorMessage: 'y' } };
    const { store, id } = await history([END], JSON.stringify(failure));
    const { outcome } = await (await store.open(id)).toStoredCall();
    expect(outcome).toMatchObject({ cause, errorType: 'x' });
    expect(outcome).not.toHaveProperty('nextStep');
  });

  test.each([
    [429, 'overloaded, limits calls'],
    [503, 'is not ready'],
    [500, 'Check the log of the bot'],
    [502, 'Check the log of the bot'],
    [404, 'Check the path of the Base Connection URI'],
    [400, 'rejects the WebSocket upgrade'],
    [undefined, 'Check the path of the Base Connection URI'],
  ])('says what to do about the HTTP status of a rejected upgrade: %s', async (status, words) => {
    const failureOutputs = { errorType: 'NoResourceError', errorMessage: 'y' };
    const failure = { path: 'failure', cause: 'http-status', status, failureOutputs };
    const { store, id } = await history([END], JSON.stringify(failure));
    const { outcome } = await (await store.open(id)).toStoredCall();
    expect(outcome?.nextStep).toContain(words);
  });

  test('says what to do only once if the broken rule says it', async () => {
    const failureOutputs = { errorType: 'RuntimeError', errorMessage: 'y' };
    const failure = { path: 'failure', cause: 'protocol-violation', clause: 'AC-OPEN-3', failureOutputs };
    const { store, id } = await history([END], JSON.stringify(failure));
    const { outcome } = await (await store.open(id)).toStoredCall();
    expect(outcome?.fix).toBeTypeOf('string');
    expect(outcome).not.toHaveProperty('nextStep');
  });

  test('is in the history if the result is incomplete', async () => {
    const { store, id } = await history([END], '{"path"');
    expect(await store.list()).toMatchObject([{ id }]);
  });
});

test.each(['000', 'success', 'failure', 'client', '"rows"', 'a'])(
  'a stored call is shown if its unmasked API key is %j',
  async (key) => {
    const head = `GET / HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: ${key}\r\n\r\n`;
    const result = { ...RESULT, heardMs: 10_000, outputs: { [key]: `the key is ${key}` } };
    const { store, id } = await history(
      [{ kind: 'request', t: 0, dir: 'out', head }, END],
      JSON.stringify(result),
    );
    const call = await (await store.open(id)).toStoredCall();
    expect(call).toMatchObject({ entry: { id, path: 'success', vantage: 'client' }, rows: 2 });
    expect(call.outcome).toMatchObject({ path: 'success', heardMs: 10_000 });
  },
);

test.each(['client', 'server'] as const)(
  'the rows of a trace of the %s tell its own directions, which the filter means',
  async (vantage) => {
    const rows = [message(1, 'out', 'ping'), message(2, 'in', 'pong')];
    const { store, folder, id } = await history(rows);
    await writeFile(
      join(folder, 'trace.ndjson'),
      [{ ...TRACE_HEADER, vantage }, ...rows].map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const shown = (await store.open(id)).rows(0, 2).rows;
    expect(shown.map(({ dir, traceDir = dir }) => traceDir)).toEqual(['out', 'in']);
    expect(shown.map(({ dir }) => dir)).toEqual(vantage === 'client' ? ['out', 'in'] : ['in', 'out']);
  },
);

test('a report shows what reverses or hides text as escapes', async () => {
  const outputs = { 'a\u202eb': 'c\u200bd\u2066' };
  const { store, id } = await history([END], JSON.stringify({ ...RESULT, outputs }));
  const report = await renderReport(await store.open(id));
  expect(report).not.toMatch(/[\u202e\u200b\u2066]/);
  expect(report).toContain('a\\u{202e}b');
});

test.each(['trace.ndjson', 'call.wav', 'caller.raw', 'result.json'])(
  'a stored call is refused if its %s is a link to another file',
  async (name) => {
    const { store, id, folder } = await history([END], JSON.stringify(RESULT));
    await rm(join(folder, name), { force: true });
    await symlink('/etc/passwd', join(folder, name));
    await expect(store.open(id)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(`${name} is a symbolic link`),
    });
    await expect(store.add(folder)).rejects.toMatchObject({ status: 422 });
  },
);

test('a call that was cut lasts until the last frame of its audio', async () => {
  const audio = {
    kind: 'audio',
    t: 300,
    dir: 'out',
    offset: 0,
    length: 2,
    arrivalsMs: [0, 1200],
    sizes: [1, 1],
  };
  const { store, id } = await history([message(10, 'in', 'opened'), audio]);
  expect((await store.open(id)).entry.durationMs).toBe(1500);
});

test('the reply time of a playback counts from a key too', async () => {
  const { store, id } = await history([
    message(100, 'out', 'dtmf', { digit: '4' }),
    message(200, 'out', 'dtmf', { digit: '2' }),
    message(212, 'out', 'playback_started'),
    message(500, 'out', 'playback_completed'),
    message(600, 'out', 'playback_started'),
    END,
  ]);
  const { marks } = await (await store.open(id)).toStoredCall();
  const playbacks = marks.filter((mark) => mark.kind === 'playback');
  expect(playbacks).toMatchObject([{ from: 212, replyMs: 12 }, { from: 600 }]);
  expect(playbacks[1]).not.toHaveProperty('replyMs');
});

test('a message of unknown type is marked as such, because there is no schema for it', async () => {
  const { store, id } = await history([message(10, 'in', 'opend'), message(20, 'out', 'ping'), END]);
  const { rows } = (await store.open(id)).rows(0, 10);
  expect(rows.map(({ unknownType }) => unknownType)).toEqual([true, undefined, undefined]);
  expect(rows[0]).not.toHaveProperty('fault');
});

describe('the recording of a stored call', () => {
  const AUDIO = {
    kind: 'audio',
    t: 100,
    dir: 'out',
    frames: 2,
    bytes: 8000,
    arrivalsMs: [0, 500],
    sizes: [4000, 4000],
    offset: 0,
    length: 8000,
  };
  const empty = wavHeader({ codec: 'pcm16', rate: 8000, channels: 2, dataBytes: 0 });

  test('has all audio of a trace whose process was killed before it wrote the recording', async () => {
    const { store, id, folder } = await history([AUDIO]);
    await writeFile(join(folder, 'caller.raw'), new Uint8Array(8000).fill(0x11));
    await writeFile(join(folder, 'call.wav'), empty);
    const wav = await (await store.open(id)).wav();
    expect(readWav(wav ?? empty).durationMs).toBeGreaterThanOrEqual(1000);
    expect(await store.list()).toMatchObject([{ durationMs: 600 }]);
  });

  test('is the stored one if the call ended', async () => {
    const { store, id, folder } = await history([AUDIO, { ...END, by: 'self' }]);
    const stored = writeWav({ codec: 'pcm16', data: Int16Array.of(1, 2, 3, 4), rate: 8000, channels: 2 });
    await writeFile(join(folder, 'caller.raw'), new Uint8Array(8000).fill(0x11));
    await writeFile(join(folder, 'call.wav'), stored);
    expect(await (await store.open(id)).wav()).toEqual(Buffer.from(stored));
  });

  test.each([[[]], [[END]]])('is none if nobody spoke, although there is an empty file', async (rows) => {
    const { store, id, folder } = await history(rows);
    await writeFile(join(folder, 'call.wav'), empty);
    const stored = await store.open(id);
    expect(await stored.wav()).toBeUndefined();
    expect(await stored.toStoredCall()).not.toHaveProperty('lanes');
  });
});

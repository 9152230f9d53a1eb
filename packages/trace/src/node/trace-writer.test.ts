import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMulaw, encodeMulaw, readWav, sine } from '@hookline/audio';
import { audioRuns, type MediaParameter, PCMU_EXTERNAL, type WireEvent } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  API_KEY,
  eventBuilders,
  fromServer,
  MEDIA,
  NONCE,
  reportSampleCall,
  SIGNATURE,
} from '../../test/sample-call.js';
import { renderLadder } from '../ladder/create-ladder.js';
import { renderStereo } from '../recording/render-stereo.js';
import { summarise } from '../summary/summarise.js';
import { writeEstimatedRecording } from './estimated-recording.js';
import { readTraceDir } from './read-trace-dir.js';
import { createTraceWriter, type TraceWriterOptions } from './trace-writer.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hookline-trace-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const writer = (options: Partial<TraceWriterOptions> = {}) =>
  createTraceWriter({
    dir: join(dir, 'call'),
    vantage: 'client',
    clock: new VirtualClock(),
    url: `wss://user:hunter22@localhost:8080/book?api_key=${API_KEY}`,
    ...options,
  });

test('a trace writer refuses an option that it does not have, such as a misspelt redactPii', () => {
  const misspelt = { vantage: 'client', redactPII: true } as const;
  expect(() => writer(misspelt)).toThrow(
    expect.objectContaining({ code: 'TRACE_BAD_OPTION', message: expect.stringContaining('redactPII') }),
  );
});

describe('a trace writer with redactPii', () => {
  const storedResult = async (value: unknown) => {
    const trace = writer({ redactPii: true });
    const { client } = eventBuilders('client');
    const participant = { id: '', ani: '+15551230001', aniName: 'Ada Lovelace', dnis: '+18005550199' };
    trace.event(client(1, 'open', 1, 0, { participant, media: [MEDIA] }));
    trace.result(value);
    await trace.close();
    const text = await everyByte();
    expect(text).not.toContain('15551230001');
    expect(text).not.toContain('Lovelace');
    return JSON.parse(await readFile(join(dir, 'call', 'result.json'), 'utf8'));
  };

  test('masks personal data in the result too, wherever it stands', async () => {
    const result = {
      path: 'success',
      outputs: { caller: 'it was +15551230001' },
      turns: [{ text: 'Ada Lovelace' }],
    };
    expect(await storedResult(result)).toMatchObject({ path: 'success' });
  });

  test.each([
    [null, null],
    ['Ada Lovelace called', '*** called'],
    [7, 7],
    [undefined, null],
  ])('stores the result %j as %j', async (value, stored) => {
    expect(await storedResult(value)).toEqual(stored);
  });
});

async function everyByte(): Promise<string> {
  const names = await readdir(join(dir, 'call'));
  const files = await Promise.all(names.map((name) => readFile(join(dir, 'call', name), 'latin1')));
  return files.join('\n');
}

describe('a trace writer', () => {
  test.each(['client', 'server'] as const)(
    'stores a call from the vantage of the %s so that it is read back unchanged',
    async (vantage) => {
      const events: WireEvent[] = [];
      reportSampleCall(
        audioRuns((event) => events.push(event)),
        vantage,
      );
      const keep = writer({ vantage });
      reportSampleCall(keep, vantage);
      keep.result({ path: 'success', outputs: { reservationId: 'R-17' } });
      expect(await keep.close()).toBe(join(dir, 'call'));

      const trace = await readTraceDir(join(dir, 'call'));
      expect(trace.header).toMatchObject({
        vantage,
        started: '2026-01-01T00:00:00.000Z',
        codec: 'PCMU',
        rate: 8000,
      });
      expect(trace.header.rendering).toBe(vantage === 'client' ? 'heard' : 'estimated');
      expect(trace.rows.map((row) => row.kind)).toEqual(events.map((event) => event.kind));
      expect(trace.rows.filter((row) => row.kind === 'message')).toEqual(
        events.filter((event) => event.kind === 'message'),
      );
      expect(trace.caller).toHaveLength(2 * 1600);
      expect(trace.bot).toHaveLength(12 * 1600);
      expect(trace.result).toEqual({ path: 'success', outputs: { reservationId: 'R-17' } });
      expect(trace.truncated).toBe(false);
      // The live ladder equals the ladder of the file.
      expect(renderLadder(trace.rows, { vantage })).toBe(renderLadder(events, { vantage }));
      expect(readWav(await readFile(join(dir, 'call', 'call.wav')))).toMatchObject({
        channels: 2,
        rate: 8000,
      });
    },
  );

  test('creates the recording at the end if nothing is reported as heard, for a client that plays no audio', async () => {
    const keep = writer({ vantage: 'client', rendering: 'estimated' });
    reportSampleCall(keep, 'client');
    await keep.close();
    const trace = await readTraceDir(join(dir, 'call'));
    expect(trace.header.rendering).toBe('estimated');
    expect(await readFile(join(dir, 'call', 'call.wav'))).toEqual(Buffer.from(renderStereo(trace)));
  });

  test('stores a call that can be summarised', async () => {
    const keep = writer();
    reportSampleCall(keep, 'client');
    await keep.close();
    expect(summarise(await readTraceDir(join(dir, 'call', 'trace.ndjson')))).toMatchObject({
      durationMs: 4910,
      openMs: 24,
      firstAudioMs: 379,
      caller: { frames: 2, bytes: 3200, audioMs: 400, messages: { open: 1, ping: 1, dtmf: 1 } },
      bot: { frames: 12, audioMs: 2400, messages: { opened: 1, event: 1, closed: 1 } },
      playbacks: [{ startedAt: 411.2, completedAt: 1499, heardMs: 1090, droppedMs: 1310 }],
      bargeIns: 1,
      dtmf: '#',
      violations: [{ clause: 'AC-MSG-6', t: 3000 }],
      disconnect: { reason: 'completed', outputs: { reservationId: 'R-17' } },
      closeReason: 'disconnect',
      end: { by: 'self', code: 1000 },
    });
  });

  test('writes no credential into any file, even if a bot sends it back', async () => {
    const keep = writer({ secrets: ['TXlTdXBlclNlY3JldA=='] });
    reportSampleCall(keep, 'client');
    const info = `refused ${API_KEY} and ${SIGNATURE}`;
    keep.event({
      kind: 'message',
      t: 4950,
      dir: 'in',
      text: fromServer('disconnect', 6, 6, { reason: 'unauthorized', info }),
    });
    keep.event({ kind: 'violation', t: 4960, clause: 'AC-AUTH-1', text: info, fatal: false });
    keep.event({ kind: 'end', t: 4970, by: 'peer', code: 1008, reason: `nonce ${NONCE}` });
    keep.result({ failureOutputs: { errorMessage: `${info}, secret TXlTdXBlclNlY3JldA==` } });
    await keep.close();
    const text = await everyByte();
    for (const secret of [API_KEY, SIGNATURE, NONCE, 'TXlTdXBlclNlY3JldA==', 'hunter22']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('X-API-KEY: de***');
    expect(text).toContain('Signature: sig1=:NZ***:');
    const { header } = await readTraceDir(join(dir, 'call'));
    expect(header.url).toBe('wss://***@localhost:8080/book?api_key=de***');
    expect(header.redactions).toContain('X-API-KEY');
  });

  test('stores frames of any size in wire order', async () => {
    const keep = writer({ vantage: 'server' });
    keep.audio('in', 5, Uint8Array.of(1, 2, 3));
    keep.audio('out', 6, Uint8Array.of(9));
    keep.audio('in', 7, Uint8Array.of(4));
    keep.event({ kind: 'end', t: 8, by: 'loss', code: 1006, reason: '' });
    keep.audio('in', 9, Uint8Array.of(5, 6));
    await keep.close();
    const { rows, caller, bot } = await readTraceDir(join(dir, 'call'));
    expect([...caller]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...bot]).toEqual([9]);
    expect(rows).toMatchObject([
      { kind: 'audio', dir: 'in', t: 5, offset: 0, sizes: [3, 1], arrivalsMs: [0, 2] },
      { kind: 'audio', dir: 'out', t: 6, offset: 0, sizes: [1] },
      { kind: 'end' },
      { kind: 'audio', dir: 'in', t: 9, offset: 4, sizes: [2] },
    ]);
  });

  test('writes the recording of a call from the vantage of the server with its playback messages', async () => {
    const keep = writer({ vantage: 'server' });
    const { client, server } = eventBuilders('server');
    const tone = encodeMulaw(sine({ hz: 440, ms: 1000 }));
    keep.event(server(20, 'opened', 1, 1, { media: [MEDIA] }));
    for (let k = 0; k < 60; k++) {
      keep.audio('in', 20 + 200 * (k + 1), new Uint8Array(1600).fill(0x80));
      if (k === 2) keep.audio('out', 650, tone);
      if (k === 3) keep.event(client(700, 'playback_started', 2, 1));
      if (k === 8) keep.event(client(1700, 'playback_completed', 3, 1));
    }
    await keep.close();
    const wav = await readFile(join(dir, 'call', 'call.wav'));
    const { samples, durationMs } = readWav(wav);
    expect(durationMs).toBe(12_000);
    const right = samples.filter((_, i) => i % 2 === 1);
    expect(right.subarray((700 - 20) * 8, (1700 - 20) * 8)).toEqual(decodeMulaw(tone));
    expect(right.filter((sample) => sample !== 0).length).toBeLessThanOrEqual(8000);
    expect(samples.filter((_, i) => i % 2 === 0).every((sample) => sample === 32_124)).toBe(true);
    // The same in memory, for a page that has only the trace.
    expect(Buffer.compare(wav, renderStereo(await readTraceDir(join(dir, 'call'))))).toBe(0);
  });

  test('renders L16 in the byte order of the call, into a file and in memory', async () => {
    const media: MediaParameter = { ...PCMU_EXTERNAL, format: 'L16' };
    const keep = writer({ vantage: 'server', media, byteOrder: 'be' });
    keep.event(eventBuilders('server').server(20, 'opened', 1, 1, { media: [media] }));
    keep.audio('in', 220, Buffer.from('0102'.repeat(1600), 'hex'));
    await keep.close();
    const wav = await readFile(join(dir, 'call', 'call.wav'));
    expect(Buffer.compare(wav, renderStereo(await readTraceDir(join(dir, 'call'))))).toBe(0);
    const left = readWav(wav).samples.filter((_, i) => i % 2 === 0);
    expect(new Set(left)).toEqual(new Set([0x0102]));
  });

  test('renders silence where the raw audio is shorter than its rows say', async () => {
    const keep = writer({ vantage: 'server' });
    keep.event(eventBuilders('server').server(20, 'opened', 1, 1, { media: [MEDIA] }));
    for (const t of [220, 420]) keep.audio('in', t, new Uint8Array(1600).fill(0x80));
    await keep.close();
    await truncate(join(dir, 'call', 'caller.raw'), 2000);
    await rm(join(dir, 'call', 'call.wav'));
    await writeEstimatedRecording(join(dir, 'call'));
    const { samples } = readWav(await readFile(join(dir, 'call', 'call.wav')));
    const left = samples.filter((_, i) => i % 2 === 0);
    expect(left.filter((sample) => sample === 32_124)).toHaveLength(2000);
    expect(left.filter((sample) => sample !== 0)).toHaveLength(2000);
  });

  test('creates a folder that only its owner can read', async () => {
    await writer().close();
    expect((await stat(join(dir, 'call'))).mode & 0o777).toBe(0o700);
  });

  test('never overwrites an existing trace, and reports it after the call', async () => {
    await writer().close();
    const before = await everyByte();
    const second = writer();
    reportSampleCall(second, 'client');
    await expect(second.close()).rejects.toMatchObject({ code: 'TRACE_EXISTS' });
    expect(await everyByte()).toBe(before);
  });

  test('does not affect the call if the directory cannot be created, and reports it at close', async () => {
    await writeFile(join(dir, 'file'), '');
    const keep = writer({ dir: join(dir, 'file', 'call') });
    expect(() => reportSampleCall(keep, 'client')).not.toThrow();
    await expect(keep.close()).rejects.toMatchObject({
      code: 'TRACE_WRITE',
      message: expect.stringContaining('trace.ndjson could not be written'),
    });
    await expect(keep.close()).rejects.toMatchObject({ code: 'TRACE_WRITE' });
  });

  test('masks the secrets of a redirect in the message of a result', async () => {
    const keep = writer();
    const errorMessage = 'a redirect to "wss://me:letmein77@other.example/b?access_token=topsecret1"';
    keep.result({ path: 'failure', failureOutputs: { errorMessage } });
    await keep.close();
    const text = await readFile(join(dir, 'call', 'result.json'), 'utf8');
    expect(JSON.parse(text).failureOutputs.errorMessage).toBe(
      'a redirect to "wss://***@other.example/b?access_token=to***"',
    );
  });

  test('keeps the numbers of a result that contain the digits of a secret', async () => {
    const keep = writer({ secrets: ['000000'] });
    keep.result({ durationMs: 300.00000000000006 });
    await keep.close();
    expect(JSON.parse(await readFile(join(dir, 'call', 'result.json'), 'utf8'))).toEqual({
      durationMs: 300.00000000000006,
    });
  });

  test('reports a result that is not JSON at close, and keeps the rest', async () => {
    const keep = writer();
    reportSampleCall(keep, 'client');
    keep.result({ size: 1n });
    await expect(keep.close()).rejects.toMatchObject({
      code: 'TRACE_WRITE',
      message: expect.stringContaining('BigInt'),
    });
    expect((await readTraceDir(join(dir, 'call'))).rows.at(-1)).toMatchObject({ kind: 'end' });
  });

  test('ignores events after close', async () => {
    const keep = writer();
    await keep.close();
    keep.event({ kind: 'end', t: 1, by: 'self', code: 1000, reason: '' });
    keep.audio('in', 2, new Uint8Array(1));
    keep.heard(2, new Uint8Array(1));
    expect((await readTraceDir(join(dir, 'call'))).rows).toEqual([]);
  });
});

describe('readTraceDir', () => {
  test('names the missing file if there is no trace', async () => {
    await expect(readTraceDir(join(dir, 'none'))).rejects.toMatchObject({
      code: 'TRACE_READ',
      message: expect.stringContaining('trace.ndjson cannot be read'),
    });
  });

  test.each(['caller.raw', 'bot.raw', 'result.json'])(
    'distinguishes %s that cannot be read from a missing one',
    async (name) => {
      await writer().close();
      const path = join(dir, 'call', name);
      await rm(path, { force: true });
      expect((await readTraceDir(join(dir, 'call'))).rows).toEqual([]);
      await mkdir(path);
      await expect(readTraceDir(join(dir, 'call'))).rejects.toMatchObject({
        code: 'TRACE_READ',
        message: expect.stringContaining(`${name} cannot be read`),
      });
    },
  );

  test('reads a trace whose writer crashed while it wrote the result', async () => {
    await writer().close();
    await writeFile(join(dir, 'call', 'result.json'), '{"path":');
    const trace = await readTraceDir(join(dir, 'call'));
    expect(trace).toMatchObject({ truncated: true });
    expect('result' in trace).toBe(false);
  });

  test('reads a trace that is still being written', async () => {
    const keep = writer({ vantage: 'server' });
    const { client, server } = eventBuilders('server');
    keep.event(client(1, 'open', 1, 0));
    keep.event(server(2, 'opened', 1, 1, { media: [MEDIA] }));
    await keep.close();
    const path = join(dir, 'call', 'trace.ndjson');
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, -7));
    expect(await readTraceDir(path)).toMatchObject({ truncated: true, rows: [{ type: 'open' }] });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine } from '@hookline/audio';
import { type MediaParameter, PCMU_EXTERNAL } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSumming, laneOf, playbackTable, renderMarkdown, summarise, type Trace } from '../src/index.js';
import { channelMulaw } from '../src/message/call-media.js';
import { createTraceWriter, openTrace, openTraceRows, zipTrace } from '../src/node/index.js';
import { eventBuilders, MEDIA, openParameters, sampleHeader } from './sample-call.js';

const silence = new Uint8Array(1600).fill(0xff);
const speech = encodeMulaw(sine({ hz: 440, dbfs: -20, ms: 200 }));

/** A trace of a server: the bot greets, the caller speaks from 1 s to 1.4 s and presses a key at 4 s. */
async function kept(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-playbacks-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dir = join(folder, 'call');
  const { client, server, callerDir, botDir } = eventBuilders('server');
  const clock = new VirtualClock();
  const writer = createTraceWriter({ dir, vantage: 'server', clock, url: '/book' });
  writer.event(client(0, 'open', 1, 0, openParameters));
  writer.event(server(10, 'opened', 1, 1, { media: [MEDIA], startPaused: false }));
  const bot = (t: number) => writer.audio(botDir, t, silence);
  bot(50);
  writer.event(client(90, 'playback_started', 2, 1));
  for (const t of [200, 400, 600, 800, 1000]) writer.audio(callerDir, t, silence);
  for (const t of [1200, 1400]) writer.audio(callerDir, t, speech);
  writer.event(server(1450, 'event', 2, 2, { entities: [{ type: 'barge_in', data: {} }] }));
  writer.event(client(1460, 'playback_completed', 3, 2));
  for (const t of [1600, 1800, 2000]) writer.audio(callerDir, t, silence);
  bot(2060);
  writer.event(client(2100, 'playback_started', 4, 2));
  writer.event(client(2300, 'playback_completed', 5, 2));
  writer.event(client(4000, 'dtmf', 6, 2, { digit: '1' }));
  bot(4020);
  writer.event(client(4100, 'playback_started', 7, 2));
  writer.event({ kind: 'end', t: 5000, by: 'peer', code: 1006, reason: '' });
  await writer.close();
  return dir;
}

const PLAYBACKS = [
  { startedAt: 90, startMs: 40, replyMs: undefined, completedAt: 1460, ended: 'bargeIn' },
  { startedAt: 2100, startMs: 40, replyMs: 700, completedAt: 2300, ended: 'completed' },
  { startedAt: 4100, startMs: 80, replyMs: 100, completedAt: undefined, ended: undefined },
];

describe('what the caller heard', () => {
  test('includes reply latencies after speech or a key, from a whole trace and row by row', async () => {
    const dir = await kept();
    const zip = await zipTrace(dir, `${dir}.zip`);
    for (const path of [dir, zip]) {
      expect(summarise(await openTrace(path)).playbacks).toMatchObject(PLAYBACKS);
      const open = await openTraceRows(path);
      const summing = createSumming(open.header);
      for await (const row of open.rows) {
        const isCaller = row.kind === 'audio' && laneOf('server', row.dir) === 'caller';
        summing.push(row, isCaller ? await open.audioOf(row) : []);
      }
      expect(summing.total().playbacks).toMatchObject(PLAYBACKS);
    }
  });

  test('includes L16 whose frames end within a sample', () => {
    const media: MediaParameter = { ...PCMU_EXTERNAL, format: 'L16' };
    expect([...channelMulaw(Uint8Array.of(0, 0, 0, 0, 7), media, 'external')]).toEqual([0xff, 0xff]);
    expect([...channelMulaw(Uint8Array.of(7), media, 'external')]).toEqual([]);
  });

  test('has no reply latencies to speech if the trace contains no audio', async () => {
    const dir = await kept();
    await rm(join(dir, 'caller.raw'));
    const open = await openTraceRows(dir);
    for await (const row of open.rows) {
      if (row.kind === 'audio' && laneOf('server', row.dir) === 'caller') {
        expect(await open.audioOf(row)).toEqual([]);
      }
    }
    const { rows, header, truncated } = await openTrace(dir);
    expect(summarise({ rows, header, truncated }).playbacks.map(({ replyMs }) => replyMs)).toEqual([
      undefined,
      undefined,
      100,
    ]);
  });

  test('reads rows only up to the end of the file', async () => {
    const open = await openTraceRows(await kept());
    for await (const row of open.rows) {
      if (row.kind !== 'audio' || row.dir !== 'in') continue;
      const large = { ...row, bytes: Number.MAX_SAFE_INTEGER, sizes: [...row.sizes, 2 ** 50] };
      expect((await open.audioOf(large)).length).toBeGreaterThanOrEqual(row.sizes.length);
      expect(await open.audioOf({ ...row, offset: 2 ** 50 })).toEqual([]);
    }
  });

  test('does not include holds, nor those that end without a message in a pause of the bot', () => {
    const { client, server, botDir } = eventBuilders('server');
    const gap = { start: 'PT1S', discarded: 'PT2S' };
    const audio = { kind: 'audio', t: 50, dir: botDir, frames: 1, bytes: 24_000, offset: 0 } as const;
    const traceOf = (...whileHeld: ReturnType<typeof client>[]): Trace => ({
      header: sampleHeader('server'),
      rows: [
        { ...audio, arrivalsMs: [0], sizes: [24_000] },
        client(90, 'playback_started', 2, 1),
        client(1090, 'paused', 3, 1),
        ...whileHeld,
        client(5090, 'playback_completed', 6, 2),
      ],
      ...{ truncated: false, caller: new Uint8Array(0), bot: new Uint8Array(0) },
    });
    const plain = traceOf(client(3090, 'resumed', 4, 1, gap));
    const paused = traceOf(server(1500, 'pause', 2, 2), client(1510, 'paused', 4, 2));
    for (const trace of [plain, paused]) {
      expect(summarise(trace).playbacks).toMatchObject([{ playedMs: 3000 }]);
      expect(renderMarkdown(trace)).toContain('| 0.090 s |  | 3 s |  |');
    }
  });

  test('is part of the Markdown of a trace', async () => {
    const text = renderMarkdown(await openTrace(await kept()));
    expect(text).toContain('| 2.100 s | 700 ms | 0.2 s |  |');
    expect(text).toContain('| 0.090 s |  | 1.37 s | interrupted |');
  });
});

describe('a table of playbacks', () => {
  const heard = (startedAtMs: number, heardMs: number, more: object = {}) => ({
    startedAtMs,
    heardMs,
    droppedMs: 0,
    ended: 'completed' as const,
    ...more,
  });

  test('has one row for audio that continues within half a second of an empty buffer', () => {
    expect(playbackTable([heard(100, 200), heard(310, 200), heard(1010, 90), heard(1601, 10)])).toEqual([
      { at: '0.100 s', reply: '', heard: '0.49 s', note: '2 gaps' },
      { at: '1.601 s', reply: '', heard: '0.01 s', note: '' },
    ]);
  });

  test('starts a row with each reply, and after each interruption', () => {
    const cut = { droppedMs: 300, ended: 'bargeIn' as const };
    expect(playbackTable([heard(0, 100, cut), heard(110, 100), heard(220, 100, { replyMs: 20 })])).toEqual([
      { at: '0.000 s', reply: '', heard: '0.1 s', note: 'interrupted, 0.3 s dropped' },
      { at: '0.110 s', reply: '', heard: '0.1 s', note: '' },
      { at: '0.220 s', reply: '20 ms', heard: '0.1 s', note: '' },
    ]);
  });
});

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { VirtualClock } from '@hookline/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { createLadder, createSumming, diffTraces, parseFilter, renderMarkdown } from '../src/index.js';
import { createTraceWriter, openTraceRows, readTraceDir } from '../src/node/index.js';
import { eventBuilders, MEDIA, openParameters } from './sample-call.js';

const HOUR_MS = 3_600_000;
const FRAME_MS = 200;
const MB = 1024 * 1024;

/** Memory in use inside and outside the heap, after a garbage collection if it is available. */
function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

test('a call of an hour is written, read, filtered and shown row by row in constant memory; diffed and exported from its rows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-hour-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dir = join(folder, 'call');
  const { client, server, callerDir, botDir } = eventBuilders('server');
  const writer = createTraceWriter({
    dir,
    vantage: 'server',
    clock: new VirtualClock(),
    url: 'ws://localhost/',
  });
  const frame = new Uint8Array(FRAME_MS * 8).fill(0xff);
  const start = memoryInUse();
  let maxWritten = 0;
  writer.event(client(0, 'open', 1, 0, openParameters));
  writer.event(server(10, 'opened', 1, 1, { media: [MEDIA], startPaused: false }));
  let pings = 0;
  let sent = 0;
  for (let t = 100; t < HOUR_MS; t += FRAME_MS) {
    writer.audio(callerDir, t, frame);
    sent += frame.length;
    writer.audio(botDir, t, frame);
    if (t % 5000 !== 100) continue;
    pings += 1;
    writer.event(client(t, 'ping', pings + 1, pings));
    writer.event(server(t + 5, 'pong', pings + 1, pings + 1));
    // Gives the disk time, as between the frames of a real call.
    while ((await sizeOf(join(dir, 'caller.raw'))) < sent) await setImmediate();
    if (pings % 60 === 0) maxWritten = Math.max(maxWritten, memoryInUse() - start);
  }
  writer.event({ kind: 'end', t: HOUR_MS, by: 'self', code: 1000, reason: '' });
  await writer.close();
  expect(maxWritten).toBeLessThan(48 * MB);

  const before = memoryInUse();
  let maxRead = 0;
  let shown = 0;
  let rows = 0;
  const open = await openTraceRows(dir);
  const filter = parseFilter('-type:ping -type:pong');
  const ladder = createLadder({ vantage: 'server' });
  const summing = createSumming(open.header);
  for await (const row of open.rows) {
    rows += 1;
    summing.push(row);
    if (filter(row)) shown += ladder.push(row).length;
    if (rows % 500 === 0) maxRead = Math.max(maxRead, memoryInUse() - before);
  }
  expect(maxRead).toBeLessThan(24 * MB);
  expect(rows).toBeGreaterThan(2 * pings);
  expect(shown).toBeGreaterThan(700);
  expect(summing.total()).toMatchObject({ durationMs: HOUR_MS, caller: { frames: 18_000 } });

  const { header, rows: all, truncated } = await readTraceDir(dir);
  const started = memoryInUse();
  expect(diffTraces({ header, rows: all }, { header, rows: all })).toEqual([]);
  expect(renderMarkdown({ header, rows: all.filter(filter), truncated }).length).toBeLessThan(MB);
  expect(memoryInUse() - started).toBeLessThan(24 * MB);
}, 120_000);

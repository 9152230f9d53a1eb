import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, readWav, sine } from '@hookline/audio';
import { PCMU_EXTERNAL } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { readTraceDir } from '@hookline/trace/node';
import { afterAll, expect, test } from 'vitest';
import type { CallEvent } from '../record/call-event.js';
import type { CallRecord } from '../record/call-record.js';
import { PLATFORM_DEADLINES } from '../record/deadlines.js';
import { writeTrace } from './write-trace.js';

const dir = mkdtempSync(join(tmpdir(), 'hookline-write-trace-'));
afterAll(() => rmSync(dir, { recursive: true }));

const message = (t: number, side: 'in' | 'out', type: string, parameters: object = {}): CallEvent => ({
  kind: 'message',
  t,
  dir: side,
  text: JSON.stringify({
    version: '2',
    id: '2f6b0a9e-9b1c-4a53-8f1c-2d9cbb1f9f10',
    type,
    seq: 1,
    ...(side === 'in' ? { clientseq: 1 } : { serverseq: 1, position: 'PT0S' }),
    parameters,
  }),
});
const tone = (ms: number) => encodeMulaw(sine({ hz: 400, ms }));

test('a trace holds both sides of its call, the bot as it is estimated that a caller hears it, and when it was dialled', async () => {
  const record: CallRecord = {
    scenario: 'conversation',
    call: 'first',
    purpose: { kind: 'call' },
    url: 'ws://localhost/',
    startedMs: Date.parse('2026-01-02T03:04:05.000Z'),
    besideAnother: false,
    deadlines: PLATFORM_DEADLINES,
    secrets: [],
    publicTrust: false,
    events: [
      message(6, 'out', 'open', { media: [PCMU_EXTERNAL] }),
      message(10, 'in', 'opened', { startPaused: false, media: [PCMU_EXTERNAL] }),
      { kind: 'audio', t: 20, dir: 'in', bytes: tone(400) },
      message(20, 'out', 'playback_started'),
      { kind: 'audio', t: 210, dir: 'out', bytes: tone(200) },
      message(420, 'out', 'playback_completed'),
      { kind: 'end', t: 500, by: 'self', code: 1000, reason: '' },
    ],
  };
  const clock = new VirtualClock();
  const { folder } = await writeTrace(record, [], dir, clock);
  const { header } = await readTraceDir(folder);
  expect(header).toMatchObject({ rendering: 'estimated', started: '2026-01-02T03:04:05.000Z' });
  const { samples } = readWav(await readFile(join(folder, 'call.wav')));
  const loudMs = (side: number) =>
    samples.filter((sample, index) => index % 2 === side && Math.abs(sample) > 100).length / 8;
  expect(loudMs(0)).toBeGreaterThan(150);
  expect(loudMs(1)).toBeGreaterThan(300);
});

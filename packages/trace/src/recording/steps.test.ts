import { describe, expect, test } from 'vitest';
import { eventBuilders, MEDIA, sampleHeader } from '../../test/sample-call.js';
import type { TraceHeader } from '../format/header.js';
import type { TraceRow } from '../format/row.js';
import { recordingSteps } from './steps.js';

const { client, server } = eventBuilders('server');

/** The heard parts of a call whose bot sends `ms` in one frame, and whose playback is reported as complete. */
function heardParts(ms: number, format: 'PCMU' | 'L16') {
  const bytesPerMs = format === 'L16' ? 16 : 8;
  const header: TraceHeader = {
    format: 'hookline-trace',
    schemaVersion: 1,
    vantage: 'server',
    started: '2026-01-01T00:00:00.000Z',
    url: '/bot',
    codec: format,
    rate: 8000,
    channels: ['external'],
    redactions: [],
  };
  const bytes = ms * bytesPerMs;
  const rows: TraceRow[] = [
    server(0, 'opened', 1, 1, { media: [{ ...MEDIA, format }] }),
    { kind: 'audio', t: 40, dir: 'out', frames: 1, bytes, sizes: [bytes], arrivalsMs: [0], offset: 0 },
    client(100, 'playback_started', 2, 1),
    client(100 + ms, 'playback_completed', 3, 1),
  ];
  return recordingSteps(header, rows, bytes).flatMap((step) =>
    step.kind === 'heard' ? [[step.t - 100, step.offset / bytesPerMs, step.length / bytesPerMs]] : [],
  );
}

test('the steps of a recording contain every frame of a row with more frames than a call can have arguments', () => {
  const frames = 150_000;
  const [arrivalsMs, sizes] = [new Array<number>(frames).fill(0), new Array<number>(frames).fill(1)];
  const header = { ...sampleHeader('server'), url: '/bot' };
  const row: TraceRow = {
    kind: 'audio',
    t: 0,
    dir: 'in',
    frames,
    bytes: frames,
    arrivalsMs,
    sizes,
    offset: 0,
  };
  expect(recordingSteps(header, [row], 0)).toHaveLength(frames);
});

test('the steps of a recording contain every part of a playback of hours', () => {
  const ms = 30_000_000;
  expect(heardParts(ms, 'PCMU')).toHaveLength(ms / 200);
});

describe.each(['PCMU', 'L16'] as const)('the steps of a recording in %s', (format) => {
  test.each([
    [1, [[0, 0, 1]]],
    [199, [[0, 0, 199]]],
    [200, [[0, 0, 200]]],
    [
      201,
      [
        [0, 0, 200],
        [200, 200, 1],
      ],
    ],
    [
      400,
      [
        [0, 0, 200],
        [200, 200, 200],
      ],
    ],
    [
      450,
      [
        [0, 0, 200],
        [200, 200, 200],
        [400, 400, 50],
      ],
    ],
  ])('divide %i ms of a playback into parts of 200 ms that end where it ends', (ms, parts) => {
    expect(heardParts(ms, format)).toEqual(parts);
  });
});

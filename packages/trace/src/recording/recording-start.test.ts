import { expect, test } from 'vitest';
import { eventBuilders, MEDIA, sampleHeader } from '../../test/sample-call.js';
import type { AudioRow, Trace } from '../index.js';
import { recordingStart } from './recording-start.js';

const { client, server } = eventBuilders('client');

function traceOf(rows: Trace['rows'], callerBytes = 0): Trace {
  const header = sampleHeader('client');
  return { header, rows, truncated: false, caller: new Uint8Array(callerBytes), bot: new Uint8Array() };
}

/** Frames of 200 ms, all received at `t`. */
const burst = (t: number, count: number): AudioRow => ({
  kind: 'audio',
  t,
  dir: 'out',
  offset: 0,
  bytes: 1600 * count,
  frames: count,
  sizes: new Array<number>(count).fill(1600),
  arrivalsMs: new Array<number>(count).fill(0),
});

test('a recording starts with `opened`, or with the burst of what the caller said before it', () => {
  const opened = server(3000, 'opened', 1, 1, { media: [MEDIA] });
  expect(recordingStart(traceOf([client(10, 'open', 1, 0), opened]))).toBe(3000);
  expect(recordingStart(traceOf([client(10, 'open', 1, 0), opened, burst(3000, 14)], 14 * 1600))).toBe(200);
  expect(recordingStart(traceOf([]))).toBe(0);
});

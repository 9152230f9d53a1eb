import { expect, test } from 'vitest';
import type { AudioRow } from './row.js';
import { framesOf } from './trace.js';

const row: AudioRow = {
  ...{ kind: 'audio', t: 0, dir: 'in', frames: 3, bytes: 6, offset: 2, arrivalsMs: [0, 1, 2] },
  sizes: [1, 2, 3],
};
const raw = (length: number) => Uint8Array.from({ length }, (_, index) => index);

test.each([
  [9, [[2], [3, 4], [5, 6, 7]]],
  [8, [[2], [3, 4], [5, 6, 7]]],
  [7, [[2], [3, 4]]],
  [5, [[2], [3, 4]]],
  [4, [[2]]],
  [2, []],
  [0, []],
])('a raw file of %i bytes gives only complete frames', (length, frames) => {
  expect(framesOf(row, raw(length)).map((frame) => [...frame])).toEqual(frames);
});

test('returns frames as subarrays of the file, without copies', () => {
  const bytes = raw(9);
  for (const frame of framesOf(row, bytes)) expect(frame.buffer).toBe(bytes.buffer);
});

import { expect, test } from 'vitest';
import { timeOf } from './row.js';

test.each<[unknown, number]>([
  [0, 0],
  [0.25, 0.25],
  [1, 1],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [Number.MAX_SAFE_INTEGER + 1, 0],
  [-0.25, 0],
  [Number.NaN, 0],
  ['1', 0],
  [undefined, 0],
])('the time of a row whose t is %s is %s', (t, expected) => {
  expect(timeOf({ t })).toBe(expected);
});

test('the time of a row without t is 0', () => {
  expect(timeOf({})).toBe(0);
});

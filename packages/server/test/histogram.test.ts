import { expect, test } from 'vitest';
import { Histogram } from '../src/metrics/histogram.js';

test('counts a time equal to a bound in its bucket, and a time above all bounds only in the sum', () => {
  const histogram = new Histogram([10, 20, 50]);
  for (const ms of [0, 10, 10.001, 20, 50, 50.5]) histogram.observe(ms);
  expect(histogram.cumulative()).toEqual([
    { boundMs: 10, count: 2 },
    { boundMs: 20, count: 4 },
    { boundMs: 50, count: 5 },
  ]);
  expect([histogram.count, histogram.sumMs]).toEqual([6, 140.501]);
});

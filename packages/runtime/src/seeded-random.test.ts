import { expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';

it('draws the same numbers for the same seed, spread evenly from 0 to 1', () => {
  const [one, same, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const numbers = Array.from({ length: 10_000 }, one);
  expect(numbers.slice(0, 20)).toEqual(Array.from({ length: 20 }, same));
  expect(numbers[0]).not.toBe(other());
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toBeCloseTo(0.5, 1);
});

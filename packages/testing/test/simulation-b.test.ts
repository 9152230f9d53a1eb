import { describe, test } from 'vitest';
import { playRange } from './simulated-range.js';

const STARTS = Array.from({ length: 10 }, (_, index) => 5000 + index * 500);

describe('every invariant holds in the simulated calls', () => {
  test.each(STARTS)('of the 500 seeds from %i on', (from) => playRange(from, 500), 120_000);
});

import { describe, expect, test } from 'vitest';
import { createGaps } from './gaps.js';

/** Plays pieces from one time to another. Returns for each whether it continues the one before. */
const parts = (...pieces: readonly (readonly [from: number, to: number])[]) => {
  const gaps = createGaps();
  return pieces.map(([from, to]) => {
    const began = gaps.started(from);
    expect(gaps.open).toBe(began);
    return [began, gaps.completed(to)];
  });
};

describe('a gap in bot audio', () => {
  test.each([
    [0, true],
    [500, true],
    [501, false],
  ])('ends if the bot continues after %i ms: %s', (ms, isGap) => {
    expect(parts([0, 200], [200 + ms, 400 + ms])[1]).toEqual([isGap, isGap]);
  });

  test.each([
    [999, true],
    [1000, false],
  ])('follows a playback of %i ms: %s', (ms, isGap) => {
    expect(parts([0, ms], [ms + 10, ms + 20])[1]).toEqual([isGap, isGap]);
  });

  test('ends with a last playback, which may be long', () => {
    expect(parts([0, 200], [210, 2000], [2010, 2100])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
  });

  test('does not exist after an interruption, or if the buffer did not run empty', () => {
    const gaps = createGaps();
    gaps.started(0);
    gaps.completed(100);
    gaps.interrupted();
    expect([gaps.started(150), gaps.completed(200)]).toEqual([false, false]);
    expect([gaps.started(250), gaps.open]).toEqual([true, true]);
    gaps.interrupted();
    expect([gaps.open, gaps.completed(300)]).toEqual([false, false]);
    expect(gaps.started(310)).toBe(false);
  });
});

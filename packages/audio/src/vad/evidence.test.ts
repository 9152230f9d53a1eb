import { expect, it, vi } from 'vitest';
import { speech } from '../../test/signals.js';
import { Evidence } from './evidence.js';
import { Recognizer } from './recognizer.js';

const FRAMES = Array.from({ length: 60 }, (_, n) => speech().subarray(n * 160, (n + 1) * 160));

/** The evidence of the last of some frames, when Silero's log odds are always the same. */
function evidenceWith(odds: number): number {
  const evidence = new Evidence({ update: () => odds, forget: () => {} });
  return FRAMES.map((frame) => evidence.update(frame, true)).at(-1) ?? Number.NaN;
}

it('is the sum of both recognizers, Silero counting twice', () => {
  const recognizer = new Recognizer();
  const alone = FRAMES.map((frame) => recognizer.update(frame)).at(-1) ?? Number.NaN;
  expect(evidenceWith(0)).toBeCloseTo(alone, 9);
  expect(evidenceWith(3)).toBeCloseTo(alone + 6, 9);
});

it('lets Silero speak against speech only so far, since it stays sure of music that is over', () => {
  expect(evidenceWith(-12)).toBe(evidenceWith(-2));
});

it.each([
  { what: '16 frames of quiet, and only once', odds: -9, loud: Array(40).fill(false), times: 1 },
  {
    what: 'no quiet that is shorter',
    odds: -9,
    loud: [...Array(15).fill(false), true, ...Array(15).fill(false)],
    times: 0,
  },
  { what: 'no quiet when it was not sure', odds: -7, loud: Array(40).fill(false), times: 0 },
])('makes Silero begin anew after $what', ({ odds, loud, times }) => {
  const forget = vi.fn();
  const evidence = new Evidence({ update: () => odds, forget });
  for (const isLoud of loud) evidence.update(new Int16Array(160), isLoud);
  expect(forget).toHaveBeenCalledTimes(times);
});

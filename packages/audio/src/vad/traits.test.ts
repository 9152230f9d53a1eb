import { expect, it } from 'vitest';
import { noise, speech } from '../../test/signals.js';
import { gain } from '../gain.js';
import { sine } from '../tone/sine.js';
import { TRAITS, Traits } from './traits.js';

function traitsOf(pcm: Int16Array): Float64Array {
  const traits = new Traits();
  for (let at = 0; at + 160 <= pcm.length; at += 160) traits.update(pcm.subarray(at, at + 160));
  return traits.values;
}

it('describes any sound by finite numbers, silence and the loudest as well', () => {
  for (const pcm of [new Int16Array(1600), new Int16Array(1600).fill(-32768), noise(1600, -10), speech()]) {
    const values = traitsOf(pcm);
    expect(values).toHaveLength(TRAITS);
    expect(values.every(Number.isFinite)).toBe(true);
  }
});

it('describes a sound by the same numbers at any level, but for the level', () => {
  const loud = speech().subarray(0, 8000);
  const different = [...traitsOf(loud)].flatMap((value, i) =>
    Math.abs(value - traitsOf(gain(loud, -12))[i]!) > 0.05 ? [i] : [],
  );
  expect(different).toEqual([11]);
});

it('finds all power of a tone in lines, and much less of a voice', () => {
  const [, , , , , , , , , , , , lines] = traitsOf(sine({ hz: 440, ms: 200 }));
  const [, , , , , , , , , , , , linesOfVoice] = traitsOf(speech().subarray(0, 8 * 400));
  expect(lines).toBeGreaterThan(0.98);
  expect(linesOfVoice).toBeLessThan(0.9);
});

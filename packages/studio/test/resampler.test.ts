import { describe, expect, test } from 'vitest';
import { Resampler } from '../page/audio/resampler.js';

const tone = (hz: number, rate: number, ms = 400) =>
  Float32Array.from({ length: (rate * ms) / 1000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

/** The level of a frequency in the middle half of the samples; 1 is a full-scale tone. */
function level(samples: Float32Array, hz: number, rate: number): number {
  const from = Math.floor(samples.length / 4);
  const length = Math.floor((Math.floor(samples.length / 2) / rate) * hz) * (rate / hz);
  let [sine, cosine] = [0, 0];
  for (let i = 0; i < length; i += 1) {
    const angle = (2 * Math.PI * hz * i) / rate;
    sine += (samples[from + i] ?? 0) * Math.sin(angle);
    cosine += (samples[from + i] ?? 0) * Math.cos(angle);
  }
  return (2 * Math.hypot(sine, cosine)) / length;
}

describe.each([
  [44_100, 8000],
  [48_000, 8000],
  [16_000, 8000],
  [8000, 44_100],
  [8000, 48_000],
] as const)('audio of %i Hz at %i Hz', (from, to) => {
  test.each([200, 1000, 3000])('keeps a tone of %i Hz at its level', (hz) => {
    expect(level(new Resampler(from, to).push(tone(hz, from)), hz, to)).toBeCloseTo(1, 2);
  });

  test('removes everything above the smaller bandwidth', () => {
    // Aliases are mirrored at half the lower sample rate.
    const ghost = from > to ? level(new Resampler(from, to).push(tone(5000, from)), 3000, to) : 0;
    const image = from < to ? level(new Resampler(from, to).push(tone(3000, from)), 5000, to) : 0;
    expect(ghost + image).toBeLessThan(0.003);
  });

  test('gives the same output for blocks of any length as for one block, with the right duration', () => {
    const whole = tone(700, from, 300);
    const pieces = new Resampler(from, to);
    const output: number[] = [];
    for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 311)
      output.push(...pieces.push(whole.subarray(at, at + size)));
    const once = new Resampler(from, to).push(whole);
    expect(Math.abs(output.length - to * 0.3)).toBeLessThan(to * 0.003);
    const most = Math.max(...Array.from(once, (sample, i) => Math.abs(sample - (output[i] ?? 2))));
    expect([output.length, most]).toEqual([once.length, expect.closeTo(0, 4)]);
  });
});

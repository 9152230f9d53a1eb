import { describe, expect, it } from 'vitest';
import { peak, rmsDbfs } from '../level.js';
import { DTMF_DIGITS, dtmf, dtmfFrequencies } from './dtmf.js';
import { toneDbfs } from './goertzel.js';
import { sine } from './sine.js';

describe('sine', () => {
  it('has the given length at any rate', () => {
    expect(sine({ hz: 440, ms: 250 })).toHaveLength(2000);
    expect(sine({ hz: 440, ms: 10, rate: 44100 })).toHaveLength(441);
  });

  it('generates the loudest sine without clipping and refuses a louder one', () => {
    expect(peak(sine({ hz: 100, ms: 100, dbfs: -3.01 }))).toBeGreaterThan(32700);
    expect(() => sine({ hz: 100, ms: 100, dbfs: -2.9 })).toThrow(/maximum without clipping is -3.01/);
  });

  it('refuses a frequency that the rate cannot carry', () => {
    for (const hz of [0, -5, 4000, Number.NaN]) expect(() => sine({ hz, ms: 10 })).toThrow(/frequency/);
  });
});

describe('toneDbfs', () => {
  it('equals the RMS level of a pure tone, and is low at distant frequencies', () => {
    const tone = sine({ hz: 1000, ms: 500, dbfs: -30 });
    expect(toneDbfs(tone, 1000)).toBeCloseTo(-30, 1);
    expect(toneDbfs(tone, 1500)).toBeLessThan(-70);
    expect(toneDbfs(new Int16Array(0), 440)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('dtmf', () => {
  it('contains exactly the two tones of each key', () => {
    const all = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
    for (const digit of DTMF_DIGITS) {
      const pcm = dtmf(digit, { ms: 200, dbfs: -15 });
      const heard = all.filter((hz) => toneDbfs(pcm, hz) > -25);
      expect(heard).toEqual([...dtmfFrequencies(digit)]);
      expect(rmsDbfs(pcm)).toBeCloseTo(-15, 0);
    }
  });

  it('has row and column of ITU-T Q.23', () => {
    expect(dtmfFrequencies('1')).toEqual([697, 1209]);
    expect(dtmfFrequencies('#')).toEqual([941, 1477]);
    expect(dtmfFrequencies('d')).toEqual([941, 1633]);
  });

  it('has gaps between digits, not after the last', () => {
    const pcm = dtmf('12', { ms: 50, gapMs: 30 });
    expect(pcm).toHaveLength(8 * 130);
    expect(peak(pcm.subarray(400, 640))).toBe(0);
    expect(dtmf('')).toHaveLength(0);
  });

  it.each([-50, Number.NaN, Number.POSITIVE_INFINITY])('refuses a gap of %d ms', (gapMs) => {
    expect(() => dtmf('12', { gapMs })).toThrow(
      expect.objectContaining({
        code: 'AUDIO_BAD_ARGUMENT',
        message: `dtmf: gapMs is ${gapMs}; expected a number of 0 or more.`,
      }),
    );
  });

  it('refuses a character that is not a key', () => {
    for (const digit of ['E', '', '12', ' '])
      expect(() => dtmfFrequencies(digit)).toThrow(/not a telephone key/);
  });
});

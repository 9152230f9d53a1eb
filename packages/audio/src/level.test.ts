import { describe, expect, it } from 'vitest';
import { encodeMulaw } from './g711.js';
import { dbToRatio, peak, peakMulaw, ratioToDb, rmsDbfs, rmsDbfsMulaw } from './level.js';
import { gain, mix } from './mixing.js';
import { sine } from './tone/sine.js';

describe('levels', () => {
  it('measures the level of a tone, in PCM16 and in µ-law', () => {
    const tone = sine({ hz: 440, ms: 1000, dbfs: -20 });
    expect(rmsDbfs(tone)).toBeCloseTo(-20, 2);
    expect(rmsDbfsMulaw(encodeMulaw(tone))).toBeCloseTo(-20, 1);
  });

  it('is −Infinity for digital silence and no samples', () => {
    expect(rmsDbfs(new Int16Array(8))).toBe(Number.NEGATIVE_INFINITY);
    expect(rmsDbfs(new Int16Array(0))).toBe(Number.NEGATIVE_INFINITY);
    expect(rmsDbfsMulaw(new Uint8Array(8).fill(0xff))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('finds the peak on the negative side too', () => {
    expect(peak(Int16Array.of(3, -32768, 5))).toBe(32768);
    expect(peakMulaw(Uint8Array.of(0xff, 0x00, 0x90))).toBe(32124);
  });

  it('converts decibels to ratios and back', () => {
    expect(dbToRatio(20)).toBe(10);
    expect(ratioToDb(dbToRatio(-7))).toBeCloseTo(-7, 12);
  });
});

describe('gain and mix', () => {
  it('clip at full scale instead of wrapping around', () => {
    expect([...gain(Int16Array.of(20000, -20000, 100), 6)]).toEqual([32767, -32768, 200]);
    expect([...mix(Int16Array.of(30000, -30000), Int16Array.of(30000, -30000))]).toEqual([32767, -32768]);
  });

  it('work in place', () => {
    const pcm = Int16Array.of(1000);
    expect(gain(pcm, -20, pcm)).toBe(pcm);
    expect([...pcm]).toEqual([100]);
  });

  it('pad the shorter signal with silence', () => {
    expect([...mix(Int16Array.of(1), Int16Array.of(1, 2))]).toEqual([2, 2]);
  });
});

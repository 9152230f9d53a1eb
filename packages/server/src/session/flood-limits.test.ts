import { describe, expect, it } from 'vitest';
import { audioFlood } from './flood-limits.js';

const limits = { maxTextPerSecond: 50 };

describe('the limit on caller audio', () => {
  it('takes a credit of ten seconds at once and no more', () => {
    const flood = audioFlood({ ...limits, maxAudioSpeed: 2 }, 0);
    let takenMs = 0;
    for (let frame = 0; frame < 100; frame++) if (flood.take(0, 200)) takenMs += 200;
    expect(takenMs).toBe(10_000);
  });

  it('takes twice real time on average beyond the credit, for ever', () => {
    const flood = audioFlood({ ...limits, maxAudioSpeed: 2 }, 0);
    let takenMs = 0;
    for (let atMs = 0; atMs < 60_000; atMs += 20) if (flood.take(atMs, 200)) takenMs += 200;
    expect(takenMs).toBeGreaterThan(129_000);
    expect(takenMs).toBeLessThanOrEqual(130_000);
  });

  it('takes audio in real time for ever', () => {
    const flood = audioFlood({ ...limits, maxAudioSpeed: 2 }, 0);
    for (let atMs = 0; atMs < 60_000; atMs += 200) expect(flood.take(atMs, 200)).toBe(true);
  });

  it('takes a stall of nine seconds in the middle of a call, made good at once', () => {
    const flood = audioFlood({ ...limits, maxAudioSpeed: 2 }, 0);
    for (let atMs = 0; atMs < 20_000; atMs += 200) expect(flood.take(atMs, 200)).toBe(true);
    for (let frame = 0; frame < 45; frame++) expect(flood.take(29_000, 200)).toBe(true);
  });

  it('takes real time and a little more where that is all that is allowed', () => {
    const flood = audioFlood({ ...limits, maxAudioSpeed: 1 }, 0);
    for (let atMs = 0; atMs < 60_000; atMs += 200) expect(flood.take(atMs, 200)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { audioLimit } from './client-limits.js';

const limits = { maxTextPerSecond: 50 };

describe('the limit on caller audio', () => {
  it('accepts a credit of ten seconds at once and no more', () => {
    const limit = audioLimit({ ...limits, maxAudioSpeed: 2 }, 0);
    let takenMs = 0;
    for (let frame = 0; frame < 100; frame++) if (limit.take(0, 200)) takenMs += 200;
    expect(takenMs).toBe(10_000);
  });

  it('accepts twice real time on average beyond the credit, without a time limit', () => {
    const limit = audioLimit({ ...limits, maxAudioSpeed: 2 }, 0);
    let takenMs = 0;
    for (let atMs = 0; atMs < 60_000; atMs += 20) if (limit.take(atMs, 200)) takenMs += 200;
    expect(takenMs).toBeGreaterThan(129_000);
    expect(takenMs).toBeLessThanOrEqual(130_000);
  });

  it('accepts audio in real time without a time limit', () => {
    const limit = audioLimit({ ...limits, maxAudioSpeed: 2 }, 0);
    for (let atMs = 0; atMs < 60_000; atMs += 200) expect(limit.take(atMs, 200)).toBe(true);
  });

  it('accepts nine seconds at once after a stall in the middle of a call', () => {
    const limit = audioLimit({ ...limits, maxAudioSpeed: 2 }, 0);
    for (let atMs = 0; atMs < 20_000; atMs += 200) expect(limit.take(atMs, 200)).toBe(true);
    for (let frame = 0; frame < 45; frame++) expect(limit.take(29_000, 200)).toBe(true);
  });

  it('accepts slightly more than real time if only real time is allowed', () => {
    const limit = audioLimit({ ...limits, maxAudioSpeed: 1 }, 0);
    for (let atMs = 0; atMs < 60_000; atMs += 200) expect(limit.take(atMs, 200)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { AudioFlood } from './audio-flood.js';

describe('the limit on caller audio', () => {
  it('takes twice real time over five seconds and no more', () => {
    const flood = new AudioFlood(2);
    let takenMs = 0;
    for (let frame = 0; frame < 100; frame++) if (flood.take(frame, 200)) takenMs += 200;
    expect(takenMs).toBe(10_000);
  });

  it('takes audio in real time for ever', () => {
    const flood = new AudioFlood(2);
    for (let atMs = 0; atMs < 60_000; atMs += 200) expect(flood.take(atMs, 200)).toBe(true);
  });

  it('forgives in the next window', () => {
    const flood = new AudioFlood(2);
    expect(flood.take(0, 10_000)).toBe(true);
    expect(flood.take(4999, 20)).toBe(false);
    expect(flood.take(5000, 20)).toBe(true);
  });
});

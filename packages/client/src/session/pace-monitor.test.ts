import { describe, expect, it } from 'vitest';
import { PaceMonitor } from './pace-monitor.js';

/** Sends frames of 100 ms for so many seconds, each with so many bytes. Returns the warnings with the second of each. */
function warningsOf(bytesPerSecond: (second: number) => number, seconds: number) {
  const monitor = new PaceMonitor();
  const warnings: { second: number; text: string }[] = [];
  for (let atMs = 0; atMs < seconds * 1000; atMs += 100) {
    const text = monitor.received(bytesPerSecond(Math.floor(atMs / 1000)) / 10, atMs);
    if (text !== undefined) warnings.push({ second: atMs / 1000, text });
  }
  return warnings;
}

describe('the pace of bot audio', () => {
  it.each([2, 3, 4, 6])('%i times as fast is reported once, after three seconds in a row', (factor) => {
    const warnings = warningsOf(() => 8000 * factor, 20);
    expect(warnings).toMatchObject([{ second: 3, text: expect.stringContaining(`${factor} times as fast`) }]);
    expect(warnings[0]?.text).toContain(`at ${8000 * factor} bytes per second`);
    expect(warnings[0]?.text).toContain(`at ${8 * factor} kHz`);
  });

  it.each([1, 1.9, 2.2, 5, 8])('%d times as fast is not: it is no sample rate', (factor) => {
    expect(warningsOf(() => 8000 * factor, 20)).toEqual([]);
  });

  it('is counted from the start again after a second at another pace', () => {
    const pace = (second: number) => (second === 2 ? 8000 : 16_000);
    expect(warningsOf(pace, 20)).toMatchObject([{ second: 6 }]);
    expect(warningsOf((second) => (second % 2 === 0 ? 16_000 : 24_000), 20)).toEqual([]);
    expect(warningsOf((second) => (second % 3 === 2 ? 8000 : 16_000), 20)).toEqual([]);
  });

  it('is counted from the start again after a pause of more than 400 ms, not after a shorter one', () => {
    const after = (pauseMs: number) => {
      const monitor = new PaceMonitor();
      for (let frame = 1; frame <= 25; frame++) monitor.received(1600, frame * 100);
      // The bytes that the pause lacks come at once afterwards.
      const resumedMs = 2500 + pauseMs;
      monitor.received(16 * pauseMs, resumedMs);
      for (let frame = 1; frame <= 12; frame++)
        if (monitor.received(1600, resumedMs + frame * 100) !== undefined) return true;
      return false;
    };
    expect([after(400), after(401)]).toEqual([true, false]);
  });
});

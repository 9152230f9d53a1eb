import { syncBuiltinESMExports } from 'node:module';
import perfHooks, { createHistogram, type IntervalHistogram } from 'node:perf_hooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.js';

/** Resolves after a delay that began to be measured now has a value. */
async function measured(): Promise<void> {
  const other = new EventLoopDelay();
  const stop = other.measure();
  await expect.poll(() => other.takeMs()).toBeDefined();
  stop();
}

/** A measurement that finds 100 intervals in place of those of the event loop, in nanoseconds, the shortest first. */
async function delayOf(intervals: readonly number[]): Promise<EventLoopDelay> {
  const histogram = createHistogram();
  for (const ns of intervals) histogram.record(ns);
  const measured: IntervalHistogram = Object.assign(histogram, {
    // Exact, where a histogram rounds.
    percentile: (percent: number) => intervals[percent - 1] ?? Number.NaN,
    enable: () => true,
    disable: () => true,
  });
  vi.spyOn(perfHooks, 'monitorEventLoopDelay').mockReturnValue(measured);
  syncBuiltinESMExports();
  onTestFinished(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    vi.resetModules();
  });
  // Of its own, because the module keeps the histograms that are not in use.
  vi.resetModules();
  return new (await import('./event-loop-delay.js')).EventLoopDelay();
}

describe('the delay of the event loop', () => {
  it.each([
    ['how much they exceed 20 ms', 52_500_000, 32.5],
    ['0 for 20 ms', 20_000_000, 0],
    ['0 for less', 19_000_000, 0],
  ])('is, of the intervals of which 99 of 100 are no longer: %s', async (_, ninetyNinthNs, ms) => {
    const delay = await delayOf([...Array<number>(98).fill(1_000_000), ninetyNinthNs, 99_000_000]);
    const leave = delay.measure();
    expect(delay.takeMs()).toBe(ms);
    expect(delay.takeMs()).toBeUndefined();
    leave();
  });

  it('is measured until its last user stops, and counts each user once', async () => {
    const delay = new EventLoopDelay();
    const leave = delay.measure();
    const leaveLast = delay.measure();
    leave();
    leave();
    await expect.poll(() => delay.takeMs()).toBeDefined();
    await measured();
    leaveLast();
    expect(delay.takeMs()).toBeUndefined();
  });

  it('is measured with as few histograms as there are measurements at the same time', () => {
    const create = vi.spyOn(perfHooks, 'monitorEventLoopDelay');
    syncBuiltinESMExports();
    onTestFinished(() => {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
    });
    for (let round = 0; round < 20; round++) {
      const stops = [new EventLoopDelay().measure(), new EventLoopDelay().measure()];
      for (const stop of stops) stop();
    }
    expect(create.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('does not contain what was measured for an earlier user', async () => {
    const earlier = new EventLoopDelay();
    const leave = earlier.measure();
    await measured();
    leave();
    const delay = new EventLoopDelay();
    const leaveLater = delay.measure();
    expect(delay.takeMs()).toBeUndefined();
    leaveLater();
  });

  it('is measured again for a later user', async () => {
    const delay = new EventLoopDelay();
    delay.measure()();
    const leave = delay.measure();
    await measured();
    expect(delay.takeMs()).toBeGreaterThanOrEqual(0);
    await measured();
    leave();
    expect(delay.takeMs()).toBeUndefined();
  });
});

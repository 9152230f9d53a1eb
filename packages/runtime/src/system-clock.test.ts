import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './system-clock.js';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fires after the given time, rounded up to whole milliseconds', () => {
    const fired = vi.fn();
    systemClock.after(10.2, fired);
    vi.advanceTimersByTime(10);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('waits for longer than a single timeout of the platform can', () => {
    const month = 30 * 24 * 3_600_000;
    const fired = vi.fn();
    systemClock.after(month, fired);
    vi.advanceTimersByTime(month - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('cancels a long wait at any time', () => {
    const month = 30 * 24 * 3_600_000;
    const fired = vi.fn();
    const cancel = systemClock.after(month, fired);
    vi.advanceTimersByTime(month - 1);
    cancel();
    cancel();
    vi.advanceTimersByTime(month);
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('treats a negative delay as none', () => {
    const fired = vi.fn();
    systemClock.after(-50, fired);
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });
});

import { describe, expect, it } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.js';

/** Resolves after a delay that began to be measured now has a value. */
async function measured(): Promise<void> {
  const other = new EventLoopDelay();
  const stop = other.measure();
  await expect.poll(() => other.takeMs()).toBeDefined();
  stop();
}

describe('the delay of the event loop', () => {
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

import { describe, expect, it } from 'vitest';
import { holdClock, sleep } from './clock.js';
import { systemClock } from './system-clock.js';
import { VirtualClock } from './virtual-clock.js';

describe('sleep', () => {
  it('resolves when its time has passed and not before', async () => {
    const clock = new VirtualClock();
    let awake = false;
    void sleep(clock, 100).then(() => {
      awake = true;
    });
    await clock.advance(99);
    expect(awake).toBe(false);
    await clock.advance(1);
    await clock.settle();
    expect(awake).toBe(true);
  });

  it('rejects with the reason of its signal and leaves no timer', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const sleeping = sleep(clock, 100, abort.signal);
    abort.abort(new Error('the caller hung up'));
    await expect(sleeping).rejects.toThrow('the caller hung up');
    expect(clock.pending).toBe(0);
  });

  it('rejects at once when its signal was aborted before', async () => {
    const clock = new VirtualClock();
    await expect(sleep(clock, 100, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(clock.pending).toBe(0);
  });

  it('stays resolved when its signal aborts afterwards', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const sleeping = sleep(clock, 10, abort.signal);
    await clock.advance(10);
    abort.abort();
    await expect(sleeping).resolves.toBeUndefined();
  });
});

describe('holdClock', () => {
  it('stops a clock that can be stopped, and no other', async () => {
    const clock = new VirtualClock();
    let finish = (_: string) => {};
    const io = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const held = holdClock(clock, io);
    clock.after(10, () => {});
    const advanced = clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(0);
    finish('read');
    await advanced;
    expect([await held, clock.now()]).toEqual(['read', 10]);
    expect(holdClock(systemClock, io)).toBe(io);
  });
});

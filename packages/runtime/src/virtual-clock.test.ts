import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sleep } from './clock.js';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new VirtualClock(1000);
    await new Promise((resolve) => setImmediate(resolve));
    expect([clock.now(), clock.wall()]).toEqual([0, 1000]);
    await clock.advance(250.5);
    expect([clock.now(), clock.wall()]).toEqual([250.5, 1250.5]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses to advance by %d ms, and stays usable',
    async (ms) => {
      const clock = new VirtualClock();
      await expect(clock.advance(ms)).rejects.toMatchObject({ code: 'RUNTIME_BAD_OPTION' });
      await clock.advance(5);
      expect(clock.now()).toBe(5);
    },
  );

  it('runs timers in order of their due time, and of their creation if that is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 15 }), async (delays) => {
        const clock = new VirtualClock();
        const ran: { dueMs: number; index: number; nowMs: number }[] = [];
        delays.forEach((dueMs, index) => {
          clock.after(dueMs, () => ran.push({ dueMs, index, nowMs: clock.now() }));
        });
        await clock.advance(20);
        const expected = delays
          .map((dueMs, index) => ({ dueMs, index, nowMs: dueMs }))
          .sort((a, b) => a.dueMs - b.dueMs || a.index - b.index);
        expect(ran).toEqual(expected);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it('treats a negative delay as none', async () => {
    const clock = new VirtualClock();
    await clock.advance(10);
    let at: number | undefined;
    clock.after(-5, () => {
      at = clock.now();
    });
    await clock.settle();
    expect(at).toBe(10);
  });

  it('refuses a delay of NaN, which would break the order of timers', () => {
    const clock = new VirtualClock();
    expect(() => clock.after(Number.NaN, () => {})).toThrow(
      expect.objectContaining({ code: 'RUNTIME_BAD_OPTION' }),
    );
    expect(clock.pending).toBe(0);
  });

  it('does not run a cancelled timer, and allows cancelling twice', async () => {
    const clock = new VirtualClock();
    let ran = 0;
    const cancel = clock.after(5, () => {
      ran += 1;
    });
    cancel();
    cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(10);
    expect(ran).toBe(0);
  });

  it('allows a timer to cancel another one that is due at the same time', async () => {
    const clock = new VirtualClock();
    let ran = false;
    clock.after(5, () => cancel());
    const cancel = clock.after(5, () => {
      ran = true;
    });
    await clock.advance(5);
    expect(ran).toBe(false);
  });

  it('settles promise chains before time advances', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const chain = async () => {
      await sleep(clock, 10);
      for (let step = 0; step < 20; step++) await Promise.resolve();
      seen.push(clock.now());
    };
    void chain();
    clock.after(11, () => seen.push(clock.now()));
    await clock.advance(100);
    expect(seen).toEqual([10, 11]);
  });

  it('runs due timers that were created by timers', async () => {
    const clock = new VirtualClock();
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(clock.now());
      clock.after(200, tick);
    };
    clock.after(200, tick);
    await clock.advance(1000);
    expect(ticks).toEqual([200, 400, 600, 800, 1000]);
    expect(clock.pending).toBe(1);
  });

  it('does not advance while a held promise is pending', async () => {
    const clock = new VirtualClock();
    let finish = (_: string) => {};
    const io = clock.hold(
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
    );
    let advanced = false;
    const advancing = clock.advance(100).then(() => {
      advanced = true;
    });
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([advanced, clock.now()]).toEqual([false, 0]);
    finish('read');
    await advancing;
    expect([await io, clock.now()]).toEqual(['read', 100]);
  });

  it('continues after a held promise rejects, which its owner can still handle', async () => {
    const clock = new VirtualClock();
    const io = clock.hold(Promise.reject(new Error('no such file')));
    await clock.advance(5);
    expect(clock.now()).toBe(5);
    await expect(io).rejects.toThrow('no such file');
  });

  it('changes wall time without changing monotonic time or timers', async () => {
    const clock = new VirtualClock(0);
    let at: number | undefined;
    clock.after(10, () => {
      at = clock.now();
    });
    clock.stepWall(-3_600_000);
    await clock.advance(10);
    expect([at, clock.wall()]).toEqual([10, -3_599_990]);
  });

  it('advances until a condition is true, and not beyond', async () => {
    const clock = new VirtualClock();
    let done = false;
    clock.after(30, () => {
      done = true;
    });
    clock.after(40, () => {});
    await clock.advanceUntil(() => done);
    expect(clock.now()).toBe(30);
  });

  it('reports why a condition cannot become true', async () => {
    const clock = new VirtualClock();
    await expect(clock.advanceUntil(() => false)).rejects.toMatchObject({
      code: 'RUNTIME_STALLED',
      message: expect.stringContaining('no timer is pending'),
    });
    clock.after(500, () => {});
    await expect(clock.advanceUntil(() => false, 100)).rejects.toThrow('100 ms of virtual time passed');
  });

  it('runs until a promise settles, and returns its result', async () => {
    const clock = new VirtualClock();
    await expect(clock.run(sleep(clock, 900_000).then(() => 'done'))).resolves.toBe('done');
    expect(clock.now()).toBe(900_000);
    const failing = sleep(clock, 5).then(() => {
      throw new Error('gone');
    });
    await expect(clock.run(failing)).rejects.toThrow('gone');
  });

  it('rejects the advance if a timer throws', async () => {
    const clock = new VirtualClock();
    clock.after(1, () => {
      throw new Error('a bug');
    });
    await expect(clock.advance(1)).rejects.toThrow('a bug');
  });

  it.each([-1, Number.NaN])('refuses to advance by %s', async (ms) => {
    await expect(new VirtualClock().advance(ms)).rejects.toMatchObject({ code: 'RUNTIME_BAD_OPTION' });
  });
});

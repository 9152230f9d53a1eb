import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTicker } from './ticker.js';
import { VirtualClock } from './virtual-clock.js';

/** Bytes of the heap in use after a garbage collection. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}

function setup() {
  const clock = new VirtualClock();
  return { clock, ticker: createTicker(clock) };
}

describe('createTicker', () => {
  it('fires every deadline once, never early and less than a slot late, in order of slots', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 20 }),
        async (deadlines) => {
          const { clock, ticker } = setup();
          const fired: { deadline: number; at: number }[] = [];
          for (const deadline of deadlines) {
            ticker.at(deadline, () => fired.push({ deadline, at: clock.now() }));
          }
          await clock.advance(305);
          expect(fired.map((each) => each.deadline).sort()).toEqual([...deadlines].sort());
          for (const { deadline, at } of fired) {
            // The ticker allows a millionth of a slot for rounding.
            expect(at).toBeGreaterThanOrEqual(deadline - 1e-5);
            expect(at).toBeLessThan(deadline + 5 + 1e-5);
          }
          expect(fired.map((each) => each.at)).toEqual(fired.map((each) => each.at).sort((a, b) => a - b));
          expect(clock.pending).toBe(0);
        },
      ),
    );
  });

  it('keeps a single timer of the clock for any number of deadlines', () => {
    const { clock, ticker } = setup();
    for (let call = 0; call < 1000; call++) ticker.at(1000 - call, () => {});
    expect(clock.pending).toBe(1);
  });

  it('does not drift when each deadline is computed from the last', async () => {
    const { clock, ticker } = setup();
    const fired: number[] = [];
    let deadline = 7;
    const frame = () => {
      fired.push(clock.now());
      deadline += 20;
      if (deadline < 10_000) ticker.at(deadline, frame);
    };
    ticker.at(deadline, frame);
    await clock.advance(10_000);
    expect(fired).toEqual(Array.from({ length: 500 }, (_, index) => 10 + 20 * index));
  });

  it('fires a deadline that has passed at once', async () => {
    const { clock, ticker } = setup();
    await clock.advance(100);
    let at: number | undefined;
    ticker.at(3, () => {
      at = clock.now();
    });
    await clock.settle();
    expect(at).toBe(100);
  });

  it('fires every deadline that a stall has missed, in order', async () => {
    let nowMs = 0;
    let wake = () => {};
    const ticker = createTicker({
      now: () => nowMs,
      wall: () => nowMs,
      after: (_, callback) => {
        wake = callback;
        return () => {};
      },
    });
    const fired: number[] = [];
    for (const deadline of [60, 20, 40]) ticker.at(deadline, () => fired.push(deadline));
    nowMs = 500;
    wake();
    expect(fired).toEqual([20, 40, 60]);
  });

  it('waits again if the timer of the platform fires slightly early', () => {
    let nowMs = 0;
    const timers: { ms: number; callback: () => void }[] = [];
    const ticker = createTicker({
      now: () => nowMs,
      wall: () => nowMs,
      after: (ms, callback) => {
        timers.push({ ms, callback });
        return () => {};
      },
    });
    let fired = false;
    ticker.at(10, () => {
      fired = true;
    });
    nowMs = 9.4;
    timers[0]!.callback();
    expect(fired).toBe(false);
    expect(timers[1]!.ms).toBeCloseTo(0.6);
    nowMs = 10;
    timers[1]!.callback();
    expect(fired).toBe(true);
  });

  it('runs no cancelled callback, and leaves no timer if all are cancelled', async () => {
    const { clock, ticker } = setup();
    const fired: string[] = [];
    const cancelA = ticker.at(10, () => fired.push('a'));
    const cancelB = ticker.at(10, () => fired.push('b'));
    ticker.at(20, () => fired.push('c'))();
    cancelA();
    cancelA();
    await clock.advance(30);
    expect(fired).toEqual(['b']);
    cancelB();
    expect(clock.pending).toBe(0);
    ticker.at(50, () => fired.push('d'));
    ticker.at(60, () => fired.push('e'))();
    expect(clock.pending).toBe(1);
    await clock.advance(30);
    expect(fired).toEqual(['b', 'd']);
  });

  it('fires an alarm once, at its last deadline', async () => {
    const { clock, ticker } = setup();
    const rung: number[] = [];
    const alarm = ticker.alarm(() => rung.push(clock.now()));
    alarm.set(10);
    alarm.set(30);
    alarm.set(20);
    await clock.advance(100);
    expect(rung).toEqual([20]);
    expect(clock.pending).toBe(0);
  });

  it('fires an alarm whenever it is set again, also from its own callback', async () => {
    const { clock, ticker } = setup();
    const rung: number[] = [];
    const alarm = ticker.alarm(() => {
      rung.push(clock.now());
      if (rung.length < 3) alarm.set(clock.now() + 20);
    });
    alarm.set(20);
    await clock.advance(100);
    alarm.set(100);
    await clock.settle();
    expect(rung).toEqual([20, 40, 60, 100]);
  });

  it('does not fire an alarm that another one of the same slot clears or resets', async () => {
    const { clock, ticker } = setup();
    const rung: string[] = [];
    ticker.at(10, () => {
      cleared.clear();
      moved.set(10);
      rung.push('first');
    });
    const cleared = ticker.alarm(() => rung.push('cleared'));
    const moved = ticker.alarm(() => rung.push(`moved ${clock.now()}`));
    cleared.set(10);
    moved.set(10);
    ticker.at(10, () => rung.push('last'));
    await clock.advance(30);
    expect(rung).toEqual(['first', 'last', 'moved 10']);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer when everything is cancelled', () => {
    const { clock, ticker } = setup();
    const cancels = [10, 20, 20].map((deadline) => ticker.at(deadline, () => {}));
    for (const cancel of cancels) cancel();
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer after the last callback if later ones were cancelled before', async () => {
    const { clock, ticker } = setup();
    ticker.at(10, () => {});
    ticker.at(5000, () => {})();
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  it('allows a callback to cancel another one of the same wake', async () => {
    const { clock, ticker } = setup();
    const fired: string[] = [];
    ticker.at(10, () => {
      fired.push('first');
      cancel();
    });
    const cancel = ticker.at(10, () => fired.push('second'));
    await clock.advance(20);
    expect(fired).toEqual(['first']);
    expect(clock.pending).toBe(0);
  });

  it('runs what a callback adds after it cancelled everything else', async () => {
    const { clock, ticker } = setup();
    const fired: string[] = [];
    const cancel = ticker.at(40, () => fired.push('late'));
    ticker.at(10, () => {
      cancel();
      ticker.at(clock.now(), () => fired.push('added'));
    });
    await clock.advance(100);
    expect(fired).toEqual(['added']);
  });

  it('runs the other callbacks if one throws, and rethrows its error', async () => {
    const { clock, ticker } = setup();
    const fired: string[] = [];
    ticker.at(10, () => {
      throw new Error('a bug in one call');
    });
    ticker.at(10, () => fired.push('same slot'));
    ticker.at(20, () => fired.push('later slot'));
    await expect(clock.advance(10)).rejects.toThrow('a bug in one call');
    await clock.advance(10);
    expect(fired).toEqual(['same slot', 'later slot']);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %s as a deadline, without changing other deadlines and the alarm',
    async (deadline) => {
      const { clock, ticker } = setup();
      const fired: string[] = [];
      const alarm = ticker.alarm(() => fired.push(`alarm ${clock.now()}`));
      alarm.set(50);
      for (const ms of [40, 20, 30]) ticker.at(ms, () => fired.push(`${ms}`));
      expect(() => ticker.at(deadline, () => fired.push('never'))).toThrow(/finite/);
      expect(() => alarm.set(deadline)).toThrow(expect.objectContaining({ code: 'RUNTIME_BAD_OPTION' }));
      ticker.at(10, () => fired.push('10'));
      await clock.advance(100);
      expect(fired).toEqual(['10', '20', '30', '40', 'alarm 50']);
      expect(clock.pending).toBe(0);
    },
  );

  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])('refuses slots of %d ms', (slotMs) => {
    expect(() => createTicker(new VirtualClock(), slotMs)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_BAD_OPTION',
        message: `createTicker: slotMs is ${slotMs}; expected a number above 0.`,
      }),
    );
  });

  it('refuses a deadline that is not a number', () => {
    const { clock, ticker } = setup();
    expect(() => ticker.at('soon' as unknown as number, () => {})).toThrow(/the string "soon"/);
    expect(clock.pending).toBe(0);
  });

  it('releases a cancelled far deadline while others are pending', () => {
    const { ticker } = setup();
    const collect = collector();
    ticker.at(5, () => {});
    ticker.at(900_000, () => {});
    const again = ticker.alarm(() => {});
    const before = collect();
    for (let index = 0; index < 300_000; index++) {
      ticker.at(1_000_000 + index * 7, () => {})();
      again.set(1_000_000 + index * 7);
    }
    again.clear();
    expect(collect() - before).toBeLessThan(1_000_000);
  });

  it('releases deadlines that are cancelled together, or within one slot', () => {
    const { ticker } = setup();
    const collect = collector();
    ticker.at(1_000_000, () => {});
    const before = collect();
    for (let round = 0; round < 3; round++) {
      const cancels = Array.from({ length: 100_000 }, (_, index) => ticker.at(1_000_000 + index, () => {}));
      for (const cancel of cancels) cancel();
      for (let index = 0; index < 100_000; index++) ticker.at(1_000_000, () => {})();
    }
    expect(collect() - before).toBeLessThan(1_000_000);
  });

  it('fires in order after any sequence of set, reset and clear', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(400))), { maxLength: 300 }),
        async (steps) => {
          const { clock, ticker } = setup();
          const due = new Map<number, number>();
          const rung: number[][] = [];
          const alarms = Array.from({ length: 10 }, (_, index) =>
            ticker.alarm(() => rung.push([index, clock.now()])),
          );
          for (const [index, deadline] of steps) {
            if (deadline === null) {
              alarms[index]!.clear();
              due.delete(index);
            } else {
              alarms[index]!.set(deadline);
              due.delete(index);
              due.set(index, Math.ceil(deadline / 5) * 5);
            }
          }
          await clock.advance(500);
          expect(rung).toEqual([...due].sort((a, b) => a[1] - b[1]));
          expect(clock.pending).toBe(0);
        },
      ),
    );
  });

  it('handles more deadlines than a function call accepts arguments', async () => {
    const { clock, ticker } = setup();
    let fired = 0;
    for (let slot = 1; slot <= 200_000; slot++) {
      ticker.at(slot * 5, () => {
        fired += 1;
      });
    }
    await clock.advance(5);
    expect(fired).toBe(1);
    expect(clock.pending).toBe(1);
  });
});

import { expect, vi } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { describeValue, quote, systemClock } from './index.js';

everyBoundHolds({
  package: 'runtime',
  rows: [
    {
      bound: 'MAX_SHOWN_CHARS',
      holds: 'no more of a value is shown in words',
      drive(limit) {
        expect(describeValue('x'.repeat(limit))).toBe(`the string "${'x'.repeat(limit)}"`);
        expect(describeValue('x'.repeat(1_000_000))).toBe(`the string "${'x'.repeat(limit)}"…`);
        expect(describeValue('\u202e'.repeat(1_000_000)).length).toBeLessThanOrEqual(6 * limit + 14);
      },
    },
    {
      bound: 'MAX_QUOTED_CHARS',
      holds: 'no more of a text of a request is quoted',
      drive(limit) {
        expect(quote('x'.repeat(limit))).toBe(`"${'x'.repeat(limit)}"`);
        expect(quote('x'.repeat(1_000_000))).toBe(`"${'x'.repeat(limit)}"…`);
        expect(quote('\u202e'.repeat(1_000_000)).length).toBeLessThanOrEqual(6 * limit + 3);
      },
    },
    {
      bound: 'MAX_TIMER_MS',
      holds: 'a timer that the machine would run at once runs when it is due, and can be taken back',
      drive(limit) {
        vi.useFakeTimers();
        try {
          let runs = 0;
          const run = () => {
            runs += 1;
          };
          systemClock.after(3 * limit, run);
          const cancel = systemClock.after(2 * limit, run);
          vi.advanceTimersByTime(1.5 * limit);
          cancel();
          vi.advanceTimersByTime(1.5 * limit - 1);
          expect(runs).toBe(0);
          vi.advanceTimersByTime(1);
          expect(runs).toBe(1);
        } finally {
          vi.useRealTimers();
        }
      },
    },
  ],
  elsewhere: {
    MAX_STALE_SLOTS: 'packages/runtime/src/ticker.test.ts',
    MAX_NAME_LENGTH: 'packages/runtime/src/closest-name.test.ts',
  },
});

import { expect, vi } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { systemClock } from './index.js';

everyBoundHolds({
  package: 'runtime',
  rows: [
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

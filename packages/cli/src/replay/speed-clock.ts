import type { Clock } from '@hookline/runtime';

/** A clock that goes `speed` times as fast as another; the time of day stays as it is. */
export function speedClock(clock: Clock, speed: number): Clock {
  if (speed === 1) return clock;
  return {
    now: () => clock.now() * speed,
    wall: () => clock.wall(),
    after: (ms, callback) => clock.after(ms / speed, callback),
  };
}

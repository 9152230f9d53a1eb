import { checkArgument } from './argument-check.js';

/** Cancels a scheduled callback. Idempotent; has no effect after the callback has run. */
export type Cancel = () => void;

/** The only source of time for waits, timeouts and timestamps. */
export interface Clock {
  /** Milliseconds since an arbitrary start, monotonic, with fractions. */
  now(): number;
  /** Unix time in milliseconds. May step when the machine's clock is set. */
  wall(): number;
  /**
   * Calls `callback` once, `ms` milliseconds from now or a little later (a machine's timer may be up to 1 ms early).
   *
   * @param ms - negative counts as 0
   */
  after(ms: number, callback: () => void): Cancel;
  /**
   * Stops this clock until `promise` settles, and returns `promise`: for work that takes real time, such as reading a
   * file, in virtual time. A clock that cannot be stopped has no such method; see `holdClock`.
   */
  hold?<T>(promise: Promise<T>): Promise<T>;
}

/**
 * Stops `clock` while `promise` is pending, if the clock can be stopped; has no effect on the system clock.
 *
 * @param promise - must not wait for time of `clock`, which would never pass
 * @returns a promise that settles like `promise`
 */
export function holdClock<T>(clock: Clock, promise: Promise<T>): Promise<T> {
  checkArgument('RUNTIME_BAD_OPTION', 'holdClock: clock', clock, 'object');
  return clock.hold ? clock.hold(promise) : promise;
}

/** Resolves `ms` milliseconds from now by `clock`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  checkArgument('RUNTIME_BAD_OPTION', 'sleep: clock', clock, { after: 'function' });
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

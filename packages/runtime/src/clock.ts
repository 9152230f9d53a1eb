/** Takes back what was scheduled. Idempotent; does nothing once the callback has run. */
export type Cancel = () => void;

/** The only source of time. Everything that waits, times out or stamps takes one. */
export interface Clock {
  /** Milliseconds since an arbitrary start, never going back, with fractions. */
  now(): number;
  /** Unix time in milliseconds. May step when the machine's clock is set. */
  wall(): number;
  /**
   * Calls `callback` once, `ms` milliseconds from now or a little later (a machine's timer may be up to 1 ms early).
   *
   * @param ms - negative counts as 0
   */
  after(ms: number, callback: () => void): Cancel;
}

/** Resolves `ms` milliseconds from now by `clock`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
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

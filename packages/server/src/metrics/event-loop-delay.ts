import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** Measures how late the event loop is, from when it is first asked for until it is stopped. */
export class EventLoopDelay {
  #histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;

  /** Begins to measure. Idempotent. */
  start(): void {
    if (this.#histogram) return;
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram?.disable();
    this.#histogram = undefined;
  }

  /** The 99th percentile since the last time it was asked for, in milliseconds; undefined when not measured. */
  takeMs(): number | undefined {
    const histogram = this.#histogram;
    if (!histogram || histogram.count === 0) return undefined;
    const ms = Math.max(0, histogram.percentile(99) / NS_PER_MS - RESOLUTION_MS);
    histogram.reset();
    return ms;
  }
}

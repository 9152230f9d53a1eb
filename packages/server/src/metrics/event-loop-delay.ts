import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

type Histogram = ReturnType<typeof monitorEventLoopDelay>;

/** Histograms that are not in use. Each has 150 KB of native memory, of which the garbage collector does not know. */
const unused: Histogram[] = [];

/** Measures the delay of the event loop while at least one user needs it. */
export class EventLoopDelay {
  #users = 0;
  #histogram: Histogram | undefined;

  /** Measures until the returned function is called. */
  measure(): () => void {
    this.#users += 1;
    if (!this.#histogram) {
      this.#histogram = unused.pop() ?? monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#histogram.enable();
    }
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.#users -= 1;
      const histogram = this.#histogram;
      if (this.#users > 0 || !histogram) return;
      histogram.disable();
      histogram.reset();
      unused.push(histogram);
      this.#histogram = undefined;
    };
  }

  /** Returns the 99th percentile since the last call, in milliseconds; undefined if it is not measured. */
  takeMs(): number | undefined {
    const histogram = this.#histogram;
    if (!histogram || histogram.count === 0) return undefined;
    const ms = Math.max(0, histogram.percentile(99) / NS_PER_MS - RESOLUTION_MS);
    histogram.reset();
    return ms;
  }
}

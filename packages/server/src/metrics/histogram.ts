/** The usual upper bounds of delays, in milliseconds. */
export const BOUNDS_MS = [10, 25, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000];
/** The same in seconds, the unit of Prometheus and OpenTelemetry. */
export const BOUNDS_SECONDS = BOUNDS_MS.map((ms) => ms / 1000);

/** A Prometheus histogram of durations. */
export class Histogram {
  readonly #boundsMs: readonly number[];
  readonly #counts: number[];
  #sumMs = 0;
  #count = 0;

  /** @param boundsMs - upper bounds in milliseconds, ascending */
  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs;
    this.#counts = boundsMs.map(() => 0);
  }

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  observe(ms: number): void {
    this.#count += 1;
    this.#sumMs += ms;
    const index = this.#boundsMs.findIndex((bound) => ms <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** For each bound, the number of durations up to it. */
  cumulative(): readonly { readonly boundMs: number; readonly count: number }[] {
    let count = 0;
    return this.#boundsMs.map((boundMs, index) => {
      count += this.#counts[index] ?? 0;
      return { boundMs, count };
    });
  }
}

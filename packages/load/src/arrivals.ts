/** When calls start: an open workload model, in which a slow bot does not slow down the arrivals. */
export interface Arrivals {
  /** Calls per second, once the ramp is over. */
  readonly rate: number;
  /** Duration over which the rate grows from 0, in milliseconds; 0 starts at the full rate. */
  readonly rampMs: number;
  /** Number of calls; undefined: as many as start within `durationMs`. */
  readonly calls: number | undefined;
  /** How long new calls are started, in milliseconds; undefined: until there were `calls`. */
  readonly durationMs: number | undefined;
}

/** Returns when call `n` (from 0) is due, in milliseconds since the start; undefined if there is no such call. */
export function dueMs(n: number, { rate, rampMs, calls, durationMs }: Arrivals): number | undefined {
  if (calls !== undefined && n >= calls) return undefined;
  const perMs = rate / 1000;
  // While the rate grows by rate / ramp, n = rate · t² / (2 · ramp) calls have begun.
  const inRamp = (perMs * rampMs) / 2;
  const due = n < inRamp ? Math.sqrt((2 * rampMs * n) / perMs) : rampMs + (n - inRamp) / perMs;
  return durationMs !== undefined && due >= durationMs ? undefined : due;
}

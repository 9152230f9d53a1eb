/** When calls begin: an open model, in which a slow bot does not slow down those who call it. */
export interface Arrivals {
  /** Calls a second, once the ramp is over. */
  readonly rate: number;
  /** How long the rate grows from 0, in milliseconds; 0: the rate is full at once. */
  readonly rampMs: number;
  /** How many calls there are; undefined: as many as begin within `durationMs`. */
  readonly calls: number | undefined;
  /** How long calls begin, in milliseconds; undefined: until there were `calls`. */
  readonly durationMs: number | undefined;
}

/** When call `n`, counted from 0, is due, in milliseconds since the start; undefined when there is no such call. */
export function dueMs(n: number, { rate, rampMs, calls, durationMs }: Arrivals): number | undefined {
  if (calls !== undefined && n >= calls) return undefined;
  const perMs = rate / 1000;
  // While the rate grows by rate / ramp, n = rate · t² / (2 · ramp) calls have begun.
  const inRamp = (perMs * rampMs) / 2;
  const due = n < inRamp ? Math.sqrt((2 * rampMs * n) / perMs) : rampMs + (n - inRamp) / perMs;
  return durationMs !== undefined && due >= durationMs ? undefined : due;
}

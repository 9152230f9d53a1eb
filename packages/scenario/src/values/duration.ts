const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** A time as files write it: `500ms`, `1.5s`, `2m`. */
export const DURATION_PATTERN = '(\\d+(?:\\.\\d+)?)(ms|s|m)';

const DURATION = new RegExp(`^${DURATION_PATTERN}$`);

/** The milliseconds of a time as files write it; undefined for what is none. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text.trim()) ?? [];
  if (amount === undefined || (unit !== 'ms' && unit !== 's' && unit !== 'm')) return undefined;
  return Number(amount) * UNIT_MS[unit];
}

/** Milliseconds for people: `350 ms`, `1.5 s`. */
export function shownMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** The pattern of a duration in scenario files: `500ms`, `1.5s`, `2m`. */
export const DURATION_PATTERN = '(\\d+(?:\\.\\d+)?)(ms|s|m)';

const DURATION = new RegExp(`^${DURATION_PATTERN}$`);

/** Parses a duration to milliseconds. Returns undefined if the text is not a duration. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text.trim()) ?? [];
  if (amount === undefined || (unit !== 'ms' && unit !== 's' && unit !== 'm')) return undefined;
  return Number(amount) * UNIT_MS[unit];
}

/** Formats milliseconds for people: `350 ms`, `1.5 s`. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}

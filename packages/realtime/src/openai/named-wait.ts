const UNITS: Readonly<Record<string, number>> = { milli: 1, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const WAIT = /(?:try again in|retry after) ((?:\d+(?:\.\d+)? ?(?:milli|ms|[smh])[a-z]* ?)+)/i;
const PART = /(\d+(?:\.\d+)?) ?(milli|ms|[smh])/gi;

/** Milliseconds of the wait that the words of a rate limit name, such as `try again in 1.2s`, `6m0s` or `20 seconds`. */
export function namedWait(words: string): number | undefined {
  const [, wait] = WAIT.exec(words) ?? [];
  if (wait === undefined) return undefined;
  const parts = [...wait.matchAll(PART)];
  if (parts.length === 0) return undefined;
  return parts.reduce((ms, [, count, unit = '']) => ms + Number(count) * (UNITS[unit.toLowerCase()] ?? 0), 0);
}

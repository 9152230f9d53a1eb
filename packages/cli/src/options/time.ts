import { UsageError } from '../usage-error.js';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** The longest that a timer of Node can wait: some 24 days. */
const MAX_MS = 2 ** 31 - 1;

/** Reads a span such as `10s`, `500ms`, `1.5s` or `2m` as milliseconds. @throws UsageError naming the option */
export function parseTime(text: string, option: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m)$/.exec(text);
  const unit = UNITS_MS[match?.[2] ?? ''];
  if (!match || unit === undefined) {
    throw new UsageError(`${option} takes a time such as 500ms, 10s or 2m; got ${JSON.stringify(text)}.`);
  }
  const ms = Number(match[1]) * unit;
  if (ms > MAX_MS) throw new UsageError(`${option} takes at most 24 days; got ${JSON.stringify(text)}.`);
  return ms;
}

import { protocolError } from './error.js';
import { MEDIA_RATE } from './media.js';
import type { Duration } from './messages/duration.js';

/**
 * What the text of a duration matches: ISO 8601 in seconds only (AC-DUR-1). Each text matches in one way only: a pattern
 * that could divide digits in several ways would take seconds for a long invalid text.
 */
export const DURATION_PATTERN = '^PT(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)S$';

const PARTS = /^PT([0-9]*)(?:\.([0-9]*))?S$/;
const SHAPE = new RegExp(DURATION_PATTERN);
const NS_PER_MS = 1_000_000;
const NS_PER_SAMPLE = 1_000_000_000 / MEDIA_RATE;
const NS_PER_S = 1_000_000_000n;

/** Options of `durationFromNs` and `durationFromMs`. */
export interface DurationStyle {
  /** Minimum number of decimals, from 0 to 9. Default 1, as Genesys Cloud writes: `PT0.0S` (AC-DUR-3). */
  readonly minDecimals?: number;
}

const MAX_DECIMALS = 9;

/**
 * Formats whole nanoseconds as a duration in fixed point, with at most nine decimals and no exponent.
 *
 * @throws HooklineError `DURATION_RANGE` unless `ns` is an integer from 0 to 2^53 - 1, `DURATION_DECIMALS` unless
 *   `minDecimals` is an integer from 0 to 9
 */
export function durationFromNs(ns: number, { minDecimals = 1 }: DurationStyle = {}): Duration {
  if (!Number.isSafeInteger(ns) || ns < 0) {
    throw protocolError(
      'DURATION_RANGE',
      `A duration is a whole number of nanoseconds from 0 to 2^53 - 1; got ${ns}.`,
    );
  }
  if (!Number.isInteger(minDecimals) || minDecimals < 0 || minDecimals > MAX_DECIMALS) {
    throw protocolError(
      'DURATION_DECIMALS',
      `minDecimals of a duration is a whole number from 0 to ${MAX_DECIMALS}; got ${minDecimals}.`,
    );
  }
  const whole = BigInt(ns) / NS_PER_S;
  const digits = (BigInt(ns) % NS_PER_S).toString().padStart(MAX_DECIMALS, '0');
  const fraction = digits.replace(/0+$/, '').padEnd(minDecimals, '0');
  return fraction ? `PT${whole}.${fraction}S` : `PT${whole}S`;
}

/**
 * Parses a duration into whole nanoseconds; decimals after the ninth are cut off.
 *
 * @returns undefined if the text is not a duration, or is one of 2^53 ns or more
 */
export function durationToNs(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const parts = PARTS.exec(text);
  const whole = parts?.[1] ?? '';
  const fraction = (parts?.[2] ?? '').slice(0, 9).padEnd(9, '0');
  // Longer than 2^53 ns with any digits: refuse before BigInt parses a number of any length.
  if (whole.replace(/^0+/, '').length > 9) return undefined;
  const ns = Number(BigInt(whole || '0') * NS_PER_S + BigInt(fraction));
  return Number.isSafeInteger(ns) ? ns : undefined;
}

/** Prints milliseconds (fractions kept to the nanosecond) as a duration; throws as `durationFromNs`. */
export function durationFromMs(ms: number, style?: DurationStyle): Duration {
  return durationFromNs(Math.round(ms * NS_PER_MS), style);
}

/** Prints a number of 8 kHz samples as a duration; throws as `durationFromNs`. */
export function durationFromSamples(samples: number, style?: DurationStyle): Duration {
  return durationFromNs(samples * NS_PER_SAMPLE, style);
}

/** Parses a duration into milliseconds, with a fraction; undefined if the text is not a duration below 2^53 ns. */
export function durationToMs(text: string): number | undefined {
  const ns = durationToNs(text);
  return ns === undefined ? undefined : ns / NS_PER_MS;
}

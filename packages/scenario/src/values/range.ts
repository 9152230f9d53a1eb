import { DURATION_PATTERN, durationMs } from './duration.js';

/** The range that a measured value must be in. */
export interface Range {
  /** The range as written in the file, such as `>= 400ms` or `1s..2s`. */
  readonly text: string;
  includes(value: number): boolean;
}

/** The units of ranges, and how their numbers are written. */
const NUMBERS = {
  duration: { pattern: DURATION_PATTERN, read: durationMs },
  level: { pattern: '(-?\\d+(?:\\.\\d+)?) ?(dB|dBFS)', read: (text: string) => Number.parseFloat(text) },
  share: { pattern: '(\\d+(?:\\.\\d+)?)', read: Number },
} as const;

export type RangeUnit = keyof typeof NUMBERS;

/** The pattern of a range, for a schema. */
export function rangePattern(unit: RangeUnit): string {
  const { pattern } = NUMBERS[unit];
  return `^\\s*(?:(?:>=|<=|>|<)\\s*${pattern}|${pattern}\\s*\\.\\.\\s*${pattern})\\s*$`;
}

/** Parses a range. Returns undefined if the text is not a range. */
export function parseRange(text: string, unit: RangeUnit): Range | undefined {
  const { read } = NUMBERS[unit];
  const [low, high] = text.split('..');
  if (high !== undefined) {
    const [least, most] = [read((low ?? '').trim()), read(high.trim())];
    if (!isNumber(least) || !isNumber(most) || least > most) return undefined;
    return { text, includes: (value) => value >= least && value <= most };
  }
  const [, sign, bound] = /^\s*(>=|<=|>|<)\s*(.+?)\s*$/.exec(text) ?? [];
  const limit = bound === undefined ? undefined : read(bound);
  if (sign === undefined || !isNumber(limit)) return undefined;
  return { text, includes: COMPARISONS[sign]?.(limit) ?? (() => false) };
}

const COMPARISONS: Readonly<Record<string, (limit: number) => (value: number) => boolean>> = {
  '>=': (limit) => (value) => value >= limit,
  '<=': (limit) => (value) => value <= limit,
  '>': (limit) => (value) => value > limit,
  '<': (limit) => (value) => value < limit,
};

const isNumber = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value);

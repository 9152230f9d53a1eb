import { isRecord } from '@hookline/runtime';
import { durationMs } from '../values/duration.js';
import { parseRange, type Range, type RangeUnit } from '../values/range.js';
import { type TextMatch, toTextMatch } from '../values/text-match.js';

/** Typed access to the fields of a checked map. A field that is absent or has another type is undefined. */
export interface Fields {
  readonly names: readonly string[];
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  ms(name: string): number | undefined;
  range(name: string, unit: RangeUnit): Range | undefined;
  match(name: string): TextMatch | undefined;
  list(name: string): readonly unknown[];
  map(name: string): Fields;
  /** Returns a map with its text entries. */
  texts(name: string): Readonly<Record<string, string>> | undefined;
  raw(name: string): unknown;
}

/** @param value - any value; one that is not a map has no fields */
export function fieldsOf(value: unknown): Fields {
  const record = isRecord(value) ? value : {};
  const raw = (name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined);
  const text = (name: string): string | undefined => {
    const found = raw(name);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    names: Object.keys(record),
    raw,
    text,
    number(name) {
      const found = raw(name);
      return typeof found === 'number' ? found : undefined;
    },
    ms: (name) => durationMs(text(name) ?? ''),
    range: (name, unit) => parseRange(text(name) ?? '', unit),
    match: (name) => matchOf(raw(name)),
    list(name) {
      const found = raw(name);
      return Array.isArray(found) ? found : [];
    },
    map: (name) => fieldsOf(raw(name)),
    texts(name) {
      const found = raw(name);
      if (!isRecord(found)) return undefined;
      return Object.fromEntries(
        Object.entries(found).flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, entry]] : [])),
      );
    },
  };
}

/** Returns the text match that a checked value describes. */
export function matchOf(value: unknown): TextMatch | undefined {
  if (typeof value === 'string' || value instanceof RegExp) return toTextMatch(value);
  const { contains, matches, equals } = isRecord(value) ? value : {};
  if (typeof contains === 'string') return toTextMatch({ contains });
  if (typeof matches === 'string') return toTextMatch({ matches });
  return typeof equals === 'string' ? toTextMatch({ equals }) : undefined;
}

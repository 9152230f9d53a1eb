import { distance, closest as nearest } from 'fastest-levenshtein';

/** ` (did you mean "x"?)` for the nearest of the known words, or nothing. */
export function closest(word: string, known: readonly string[]): string {
  const near = nearest(word.toLowerCase(), known);
  return distance(word.toLowerCase(), near) <= Math.max(1, near.length / 3)
    ? ` (did you mean ${JSON.stringify(near)}?)`
    : '';
}

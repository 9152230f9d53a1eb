/** Shorter values are too likely to be part of other words. */
export const MIN_SOUGHT_CHARS = 4;

interface Index {
  /** In the order of their characters. */
  readonly values: readonly string[];
  /** For each value the position of the longest other value that it starts with; -1 if there is none. */
  readonly prefixes: readonly number[];
  /** How the values start: most places of a text start no value. */
  readonly starts: ReadonlySet<string>;
}

/**
 * Values to mask in texts. The time per character of a text grows with the logarithm of their number, because a peer
 * can send thousands of them, and messages with thousands of texts.
 */
export class SoughtValues {
  readonly #values = new Set<string>();
  #index: Index | undefined;

  get size(): number {
    return this.#values.size;
  }

  /** Adds a value; too short ones are ignored. */
  add(value: string): void {
    if (value.length < MIN_SOUGHT_CHARS) return;
    this.#values.add(value);
    this.#index = undefined;
  }

  /** Replaces every value in a text. Values that overlap are replaced together. */
  replaceIn(text: string, by: string): string {
    if (this.#values.size === 0) return text;
    this.#index ??= indexOf(this.#values);
    let replaced = '';
    let end = 0;
    for (let at = 0; at + MIN_SOUGHT_CHARS <= text.length; at++) {
      if (!this.#index.starts.has(startOf(text, at))) continue;
      const length = longestAt(text.slice(at), this.#index);
      if (length === 0) continue;
      if (at >= end) replaced += text.slice(end, at) + by;
      end = Math.max(end, at + length);
    }
    return end === 0 ? text : replaced + text.slice(end);
  }
}

function startOf(text: string, at: number): string {
  return text.slice(at, at + MIN_SOUGHT_CHARS);
}

function indexOf(all: Iterable<string>): Index {
  const values = [...all].sort();
  const prefixes: number[] = [];
  for (const [index, value] of values.entries()) {
    let prefix = index - 1;
    while (prefix >= 0 && !value.startsWith(values[prefix] ?? '')) prefix = prefixes[prefix] ?? -1;
    prefixes.push(prefix);
  }
  return { values, prefixes, starts: new Set(values.map((value) => startOf(value, 0))) };
}

/** The length of the longest value that a text starts with; 0 if there is none. */
function longestAt(text: string, { values, prefixes }: Index): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  // Every value that the text starts with is the one before this place, or a prefix of that one.
  for (let index = low - 1; index >= 0; index = prefixes[index] ?? -1) {
    const value = values[index] ?? '';
    if (text.startsWith(value)) return value.length;
  }
  return 0;
}

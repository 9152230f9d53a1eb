/** Shorter values are too likely to be part of other words, and are sought as whole words. */
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
 * Values to mask in texts: those of at least `MIN_SOUGHT_CHARS` characters anywhere, shorter ones where they are a whole
 * word. The time per character of a text grows with the logarithm of their number, because a peer can send thousands of
 * them, and messages with thousands of texts.
 */
export class SoughtValues {
  readonly #values = new Set<string>();
  readonly #words = new Set<string>();
  readonly #wordStarts = new Set<string>();
  #index: Index | undefined;

  get size(): number {
    return this.#values.size + this.#words.size;
  }

  /** Adds a value. A short one without a letter or digit is ignored. */
  add(value: string): void {
    if (value.length < MIN_SOUGHT_CHARS) {
      if (!/[\p{L}\p{N}]/u.test(value)) return;
      this.#words.add(value);
      this.#wordStarts.add(value.charAt(0));
    } else if (!this.#values.has(value)) {
      this.#values.add(value);
      this.#index = undefined;
    }
  }

  /**
   * Replaces every value in a text. Values that overlap are replaced together.
   *
   * @param options - `words: false` leaves short values
   */
  replaceIn(text: string, by: string, { words = true }: { readonly words?: boolean } = {}): string {
    if (this.size === 0) return text;
    this.#index ??= indexOf(this.#values);
    let replaced = '';
    let end = 0;
    for (let at = 0; at < text.length; at++) {
      const length = this.#valueAt(text, at, this.#index) || (words ? this.#wordAt(text, at) : 0);
      if (length === 0) continue;
      if (at >= end) replaced += text.slice(end, at) + by;
      end = Math.max(end, at + length);
    }
    return end === 0 ? text : replaced + text.slice(end);
  }

  /** The length of the longest value at a place of a text; 0 if there is none. */
  #valueAt(text: string, at: number, index: Index): number {
    return index.starts.has(startOf(text, at)) ? longestAt(text.slice(at), index) : 0;
  }

  /** The same for short values. */
  #wordAt(text: string, at: number): number {
    if (!this.#wordStarts.has(text.charAt(at))) return 0;
    for (let length = MIN_SOUGHT_CHARS - 1; length > 0; length--) {
      if (this.#words.has(text.slice(at, at + length)) && isWord(text, at, at + length)) return length;
    }
    return 0;
  }
}

/** Characters of words. Scripts without spaces between words, and Korean, which appends to names, mark no end of a word. */
const IN_WORD = /[\p{L}\p{M}\p{N}_]/u;
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;

const isInWord = (character: string) => IN_WORD.test(character) && !UNSPACED.test(character);
const isDigit = (character: string) => /\d/.test(character);
const joinsDigits = (character: string) => ['.', ':', '-'].includes(character);

/** Whether a part of a text is not a part of a longer word, of a number such as 1.25, 12:30 or 10-2, or of a clause. */
function isWord(text: string, start: number, end: number): boolean {
  const [first, last] = [text.charAt(start), text.charAt(end - 1)];
  const [before, after] = [text.charAt(start - 1), text.charAt(end)];
  if (isInWord(first) && isInWord(before)) return false;
  if (isInWord(last) && isInWord(after)) return false;
  if (isDigit(first) && joinsDigits(before) && isDigit(text.charAt(start - 2))) return false;
  if (isDigit(last) && joinsDigits(after) && isDigit(text.charAt(end + 1))) return false;
  return !(isDigit(first) && /AC-[A-Z]+-$/.test(text.slice(Math.max(0, start - 20), start)));
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

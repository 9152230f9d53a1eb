/** A word of a filter, and its position from 0. */
export interface Token {
  readonly at: number;
  readonly text: string;
  /** Whether the whole word was in double quotes, which makes it a text. */
  readonly quoted: boolean;
}

/** Splits a filter at spaces and parentheses outside double quotes. `openQuote` is the position of an unclosed quote. */
export function tokens(filter: string): Token[] | { readonly openQuote: number } {
  const out: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const character = filter[at] ?? '';
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (character === '(' || character === ')') {
      out.push({ at, text: character, quoted: false });
      at += 1;
      continue;
    }
    const start = at;
    while (at < filter.length && !/[\s()]/.test(filter[at] ?? '')) {
      if (filter[at] !== '"') {
        at += 1;
        continue;
      }
      const end = filter.indexOf('"', at + 1);
      if (end < 0) return { openQuote: at };
      at = end + 1;
    }
    const text = filter.slice(start, at);
    const quoted = /^"[^"]*"$/.test(text);
    out.push({ at: start, text: quoted ? text.slice(1, -1) : text, quoted });
  }
  return out;
}

import type { Outcome } from '../check/outcome.js';

/** How an outcome is marked in text. */
export const MARKS: Readonly<Record<Outcome, { readonly unicode: string; readonly ascii: string }>> = {
  pass: { unicode: '✓', ascii: 'ok' },
  fail: { unicode: '✗', ascii: 'x' },
  warn: { unicode: '!', ascii: '!' },
  note: { unicode: 'i', ascii: 'i' },
  inconclusive: { unicode: '?', ascii: '?' },
  blocked: { unicode: '-', ascii: '-' },
  'not-applicable': { unicode: '-', ascii: '-' },
};

/** Escapes text of a peer for a terminal or a file: one line, no escape sequences. */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Breaks text at blanks so that no line is longer than `width`, where its words allow it. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    for (let rest = word; ; ) {
      const joined = line === '' ? rest : `${line} ${rest}`;
      if (joined.length <= width) {
        line = joined;
        break;
      }
      if (line !== '') {
        lines.push(line);
        line = '';
        continue;
      }
      // A word that is longer than a line, such as a message.
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
  }
  return line === '' ? lines : [...lines, line];
}

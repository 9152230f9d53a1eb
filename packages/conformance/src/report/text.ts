import type { Outcome } from '../check/outcome.js';

/** The symbols of the outcomes. */
export const MARKS: Readonly<Record<Outcome, { readonly unicode: string; readonly ascii: string }>> = {
  pass: { unicode: '✓', ascii: 'ok' },
  fail: { unicode: '✗', ascii: 'x' },
  warn: { unicode: '!', ascii: '!' },
  note: { unicode: 'i', ascii: 'i' },
  inconclusive: { unicode: '?', ascii: '?' },
  blocked: { unicode: '-', ascii: '-' },
  'not-applicable': { unicode: '-', ascii: '-' },
};

/** Escapes control characters in text of a peer: the result is one line without escape sequences. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Wraps text at spaces. No line is longer than `width`; longer words are split. */
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
      // A word longer than a line, such as a message.
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
  }
  return line === '' ? lines : [...lines, line];
}

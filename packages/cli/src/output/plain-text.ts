/**
 * Text that may hold what a bot said, as it may be put on a terminal: control, format and separator characters stand
 * as escapes, so that it stays on its line and moves no cursor.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

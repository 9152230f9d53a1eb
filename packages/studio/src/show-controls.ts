/**
 * Shows the characters of a text of the bot that cannot be seen, or reverse what follows, as escapes such as `\\u{202e}`.
 * Line breaks and tabs stay, and the joiners that emoji and some scripts need.
 */
export const showControls = (text: string): string =>
  text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });

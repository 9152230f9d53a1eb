/** The longest text of a peer that a message shows by default, in characters. */
const MAX_QUOTED_CHARS = 200;

/** Quotes text of a peer for a message: shortened, on one line, and safe to print in a terminal. */
export function quote(text: string, maxChars: number = MAX_QUOTED_CHARS): string {
  const cut = text.length > maxChars ? '…' : '';
  return JSON.stringify(text.slice(0, maxChars)).replace(UNSAFE, escaped) + cut;
}

/** Control, format and separator characters that `JSON.stringify` leaves: they can break a line or reverse text. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Escapes a character by its code units. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

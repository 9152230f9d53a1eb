/** The longest text of a request that an error message shows, in characters. */
const MAX_QUOTED_CHARS = 200;

/**
 * Quotes text of a request for an error message: shortened, on one line, and safe to print in a terminal. Like
 * `describe`, which comes with all schemas.
 */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED_CHARS ? '…' : '';
  return JSON.stringify(text.slice(0, MAX_QUOTED_CHARS)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped) + cut;
}

/** Escapes a character by its code units: the ones that `JSON.stringify` leaves, such as C1 controls. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

import { MAX_TEXT_CHARS } from '@hookline/protocol';

/** An upper bound of the characters of a message besides its content (turn, output variables, info). */
export const ENVELOPE_CHARS = 400;

/** The length of a text in a message, including quotes and escapes. */
export function charsInMessage(text: string): number {
  return JSON.stringify(text).length;
}

const ELLIPSIS = '…';

/** The minimum length that a text may have in any message. */
const MIN_CHARS = 100;

/**
 * Truncates a text with an ellipsis if it does not fit into one message. (AC-MSG-10)
 *
 * @param otherFields - the other content of the message
 */
export function fittingMessage(text: string, otherFields?: Readonly<Record<string, string>>): string {
  const takenChars = otherFields === undefined ? 0 : JSON.stringify(otherFields).length;
  const maxChars = Math.max(MIN_CHARS, MAX_TEXT_CHARS - ENVELOPE_CHARS - takenChars);
  if (text.length <= maxChars && charsInMessage(text) <= maxChars) return text;
  // One character takes at most 6, as \uXXXX.
  let kept = text.slice(0, maxChars);
  for (let over = charsInMessage(kept + ELLIPSIS) - maxChars; over > 0; ) {
    kept = kept.slice(0, kept.length - Math.ceil(over / 6));
    over = charsInMessage(kept + ELLIPSIS) - maxChars;
  }
  return kept + ELLIPSIS;
}

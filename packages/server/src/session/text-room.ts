import { MAX_TEXT_CHARS } from '@hookline/protocol';

/** Characters of a message around what it carries (turn, output variables, info), with room to spare. */
export const ENVELOPE_CHARS = 400;

/** Characters that a text takes in a message, quotes and escapes included. */
export function charsInMessage(text: string): number {
  return JSON.stringify(text).length;
}

const ELLIPSIS = '…';

/** What `ENVELOPE_CHARS` leaves for a text in any case. */
const MIN_CHARS = 100;

/**
 * A text that fits into one message: itself, or its beginning with an ellipsis. (AC-MSG-10)
 *
 * @param otherFields - what else the message carries
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

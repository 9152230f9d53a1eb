import { MAX_TEXT_CHARS } from '@hookline/protocol';

/** Characters of a message around what it carries (turn, output variables, info), with room to spare. */
export const ENVELOPE_CHARS = 400;

/** Characters that a text takes in a message, quotes and escapes included. */
export function charsInMessage(text: string): number {
  return JSON.stringify(text).length;
}

const ELLIPSIS = '…';

/** A text that fits into one message: itself, or its beginning with an ellipsis. (AC-MSG-10) */
export function fittingMessage(text: string): string {
  const roomChars = MAX_TEXT_CHARS - ENVELOPE_CHARS;
  if (text.length <= roomChars && charsInMessage(text) <= roomChars) return text;
  // One character takes at most 6, as \uXXXX.
  let kept = text.slice(0, roomChars);
  for (let over = charsInMessage(kept + ELLIPSIS) - roomChars; over > 0; ) {
    kept = kept.slice(0, kept.length - Math.ceil(over / 6));
    over = charsInMessage(kept + ELLIPSIS) - roomChars;
  }
  return kept + ELLIPSIS;
}

import { describe } from './validator.js';

/** How much of a text is quoted before and after the place where its JSON is wrong. */
const SHOWN_CHARS_AROUND = 30;
/** How much of the text V8 quotes before the place, if its message has no position. */
const V8_CHARS_BEFORE = 10;

/**
 * Quotes a text where its JSON is wrong, or its beginning if this is not known.
 *
 * @param error - of `JSON.parse`; the message of V8 tells the place, those of other engines may not
 */
export function jsonFault(text: string, error: unknown): string {
  const place = text.length > 2 * SHOWN_CHARS_AROUND ? placeIn(text, error) : undefined;
  if (place === undefined) return describe(text);
  const from = Math.max(0, place - SHOWN_CHARS_AROUND);
  const until = Math.min(text.length, place + SHOWN_CHARS_AROUND);
  const where = place >= text.length ? 'at its end' : `at character ${place + 1} of ${text.length}`;
  return `${where}, in ${from > 0 ? '…' : ''}${describe(text.slice(from, until))}${until < text.length ? '…' : ''}`;
}

function placeIn(text: string, error: unknown): number | undefined {
  const message = error instanceof Error ? error.message : '';
  const position = /\bposition (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  if (/\bend of JSON input/i.test(message)) return text.length;
  // Unexpected token 'N', ..."nfidence":NaN}]}}" is not valid JSON
  const [, before, quoted] = /, (\.{3})?"(.+)"(?:\.{3})? is not valid JSON$/s.exec(message) ?? [];
  const at = quoted === undefined ? -1 : text.indexOf(quoted);
  if (at < 0) return undefined;
  return before === undefined ? at : at + V8_CHARS_BEFORE;
}

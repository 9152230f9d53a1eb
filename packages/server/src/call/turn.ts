import { type Disposition, MAX_TEXT_CHARS } from '@hookline/protocol';
import { serverError } from '../error.js';
import type { ServerSend } from '../session/machine.js';

/** How a bot turn came out. */
export interface Turn {
  readonly disposition: Disposition;
  /** What the bot says, or made of what the caller said. */
  readonly text?: string;
  /** From 0 to 1. */
  readonly confidence?: number;
}

/** Characters of an `event` around the turn's text, with room to spare. */
const ENVELOPE_CHARS = 400;

/**
 * The message that tells a turn. (AC-EVENT-3, AC-EVENT-4)
 *
 * @throws HooklineError `BAD_OPTION`, `TEXT_TOO_LONG`
 */
export function turnMessage({ disposition, text, confidence }: Turn): ServerSend {
  if (!['no_input', 'no_match', 'match'].includes(disposition)) {
    throw serverError(
      'BAD_OPTION',
      `turn: disposition is ${JSON.stringify(disposition)}; it must be "no_input", "no_match" or "match".`,
    );
  }
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1)) {
    throw serverError('BAD_OPTION', `turn: confidence is ${confidence}; it must be from 0 to 1.`);
  }
  if (text !== undefined && JSON.stringify(text).length + ENVELOPE_CHARS > MAX_TEXT_CHARS) {
    throw serverError(
      'TEXT_TOO_LONG',
      `turn: text has ${text.length} characters; a message has at most ${MAX_TEXT_CHARS} in all.`,
    );
  }
  const data = {
    disposition,
    ...(text === undefined ? {} : { text }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  return { type: 'event', parameters: { entities: [{ type: 'bot_turn_response', data }] } };
}

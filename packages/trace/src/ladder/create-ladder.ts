import { checkArgument } from '@hookline/runtime';
import { readMessage } from '../message/read-message.js';
import { type Ladder, type LadderOptions, ladderOf, renderEvents } from './ladder.js';
import type { LadderEvent } from './row.js';

/**
 * Makes a ladder with nothing in it. Credentials are masked in it as in a trace. Messages are read by the schemas of the
 * protocol, so that a malformed one says what is wrong with it; `createLadder` of `@hookline/trace/ladder` does without.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist
 */
export function createLadder(options: LadderOptions): Ladder {
  return ladderOf(readMessage, options);
}

/**
 * A whole ladder of what a trace holds, or of a part of it, with a line end after each row.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist
 */
export function renderLadder(events: readonly LadderEvent[], options: LadderOptions): string {
  checkArgument('TRACE_BAD_OPTION', 'renderLadder: events', events, 'list');
  return renderEvents(readMessage, events, options);
}

import { checkArgument } from '@hookline/runtime';
import { readMessage } from '../message/read-message.js';
import { type Ladder, type LadderOptions, ladderOf, renderEvents } from './ladder.js';
import type { LadderEvent } from './row.js';

/**
 * Creates an empty ladder. Credentials are masked as in a trace. Messages are validated with the schemas of the
 * protocol, so that the row of a malformed message names the fault; `createLadder` of `@hookline/trace/ladder` uses no
 * schemas.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist, or a width that is no number
 */
export function createLadder(options: LadderOptions): Ladder {
  return ladderOf(readMessage, options);
}

/**
 * Renders the ladder of a trace, or of a part of it, with a line end after each row.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist, or a width that is no number
 */
export function renderLadder(events: readonly LadderEvent[], options: LadderOptions): string {
  checkArgument('TRACE_BAD_OPTION', 'renderLadder: events', events, 'list');
  return renderEvents(readMessage, events, options);
}

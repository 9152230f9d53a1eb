import { checkArgument } from '@hookline/runtime';
import { skimMessage } from '../message/skim-message.js';
import { type Ladder, type LadderOptions, ladderOf, renderEvents } from './ladder.js';
import type { LadderEvent } from './row.js';

export { createRedactor, type Redactable, type Redactor, redactEvent } from '@hookline/protocol/light';
export { createPersonalDataMask, PERSONAL_DATA, type PersonalDataMask } from '../personal-data.js';
export type { Lane, Vantage } from '../vantage.js';
export type { Ladder, LadderOptions } from './ladder.js';
export { LADDER_WIDTH, type LadderStyle } from './renderer.js';
export type { LadderEvent } from './row.js';

/**
 * Creates an empty ladder without the schemas of the protocol, for web pages: the row of a malformed message does not
 * name the field. Credentials are masked as in a trace.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist, or a width that is no number
 */
export function createLadder(options: LadderOptions): Ladder {
  return ladderOf(skimMessage, options);
}

/**
 * Renders the ladder of a trace, or of a part of it, with a line end after each row. Reads messages like
 * `createLadder`.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist, or a width that is no number
 */
export function renderLadder(events: readonly LadderEvent[], options: LadderOptions): string {
  checkArgument('TRACE_BAD_OPTION', 'renderLadder: events', events, 'list');
  return renderEvents(skimMessage, events, options);
}

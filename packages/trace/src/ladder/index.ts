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
 * Makes a ladder with nothing in it, for a page: messages are read without the schemas of the protocol, and a malformed
 * one is called malformed without the field. Credentials are masked in it as in a trace.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist
 */
export function createLadder(options: LadderOptions): Ladder {
  return ladderOf(skimMessage, options);
}

/**
 * A whole ladder of what a trace holds, or of a part of it, with a line end after each row. Reads messages as
 * `createLadder` does.
 *
 * @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist
 */
export function renderLadder(events: readonly LadderEvent[], options: LadderOptions): string {
  checkArgument('TRACE_BAD_OPTION', 'renderLadder: events', events, 'list');
  return renderEvents(skimMessage, events, options);
}

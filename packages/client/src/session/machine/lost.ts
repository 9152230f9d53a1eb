import {
  CLIENT_MAX_PAYLOAD_BYTES,
  type ClauseId,
  describe,
  REFUSED_FRAME_CLAUSES,
  type RefusedFrame,
} from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';
import type { Step } from './effects.js';
import { drop, failed, type Live } from './ending.js';
import type { Closed } from './states.js';

/** Describes how a connection ended. */
export function describeEnd(end: TransportEnd): string {
  const why = end.error?.message ? ` (${end.error.message})` : end.reason ? ` (${describe(end.reason)})` : '';
  if (end.code === 1006) return `the connection was lost without a closing handshake${why}`;
  if (end.refused === 'no-frame') {
    return `the bot sent bytes that are no WebSocket frame, refused with close code ${end.code}${why}`;
  }
  if (end.error) return `a WebSocket frame of the bot was refused with close code ${end.code}${why}`;
  if (end.code === 1005) return `the bot closed the WebSocket without a code${why}`;
  return `the bot closed the WebSocket with code ${end.code}${why}`;
}

/** The kind of a message that is too long, for its text. */
const TOO_LONG: Partial<Record<RefusedFrame, string>> = {
  'text-too-long': 'a text frame',
  'binary-too-long': 'a binary frame',
  'message-too-long': 'a message',
};

/** The rule that an oversized message broke; undefined if the connection ended for another reason. (DECISIONS.md #51) */
function oversized({
  code,
  refused,
}: TransportEnd): { readonly clause: ClauseId; readonly text: string } | undefined {
  const what = refused && TOO_LONG[refused];
  const clause = refused && REFUSED_FRAME_CLAUSES[refused];
  if (!what || !clause) return undefined;
  return {
    clause,
    text: `${what} of the bot exceeds the maximum of ${CLIENT_MAX_PAYLOAD_BYTES} bytes, so it was not read and the connection was ended with close code ${code}`,
  };
}

/** Whether this side ended the connection because of a frame that it could not accept. */
export function isRefused(end: TransportEnd): boolean {
  return end.error !== undefined && end.code !== 1006;
}

/** A frame that breaks the WebSocket protocol, with the rule of this protocol that it also breaks, if there is one. */
function brokenFraming(
  end: TransportEnd,
): { readonly clause: ClauseId | undefined; readonly text: string } | undefined {
  if (!isRefused(end)) return undefined;
  const text = `${describeEnd(end)}; check the WebSocket library of the bot, and what is between it and the client`;
  return { clause: end.refused && REFUSED_FRAME_CLAUSES[end.refused], text };
}

/**
 * The connection of a live session has ended. Its cause is `connection-lost`, also if this side ended it because of a frame
 * that breaks the WebSocket protocol; only a frame that is too long breaks a rule of this protocol.
 *
 * @param clause - the rule of any other loss, if there is one
 */
export function onLost(state: Live, end: TransportEnd, clause?: ClauseId): Step<Closed> {
  const tooLong = oversized(end);
  const { text, clause: id } = tooLong ?? brokenFraming(end) ?? { text: describeEnd(end), clause };
  const facts = { ...(id === undefined ? {} : { clause: id }), closeCode: end.code };
  return drop(failed(state, tooLong ? 'protocol-violation' : 'connection-lost', text, facts));
}

/** The rule that the bot broke if the connection ends between `close` and `closed`. */
export function lostWhileClosing(end: TransportEnd): { readonly clause: ClauseId; readonly text: string } {
  return oversized(end) ?? { clause: 'AC-CLOSE-1', text: `${describeEnd(end)} before closed arrived` };
}

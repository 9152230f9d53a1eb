import { CLIENT_MAX_PAYLOAD_BYTES, type ClauseId, describe } from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';
import { isOversized } from '../../transport/oversized-message.js';
import type { Step } from './effects.js';
import { drop, failed, type Live } from './ending.js';
import type { Closed } from './states.js';

/** Describes how a connection ended. */
export function describeEnd(end: TransportEnd): string {
  const why = end.error?.message ? ` (${end.error.message})` : end.reason ? ` (${describe(end.reason)})` : '';
  if (end.code === 1006) return `the connection was lost without a closing handshake${why}`;
  if (end.error) return `a WebSocket frame of the bot was refused with close code ${end.code}${why}`;
  if (end.code === 1005) return `the bot closed the WebSocket without a code${why}`;
  return `the bot closed the WebSocket with code ${end.code}${why}`;
}

/** The rule that an oversized message broke; undefined if the connection ended for another reason. (DECISIONS.md #51) */
function oversized({
  code,
  error,
}: TransportEnd): { readonly clause: ClauseId; readonly text: string } | undefined {
  if (!isOversized(error)) return undefined;
  const what = error.kind === undefined ? 'a message' : `a ${error.kind} frame`;
  return {
    clause: error.kind === 'text' ? 'AC-MSG-10' : 'AC-AUDIO-4',
    text: `${what} of the bot exceeds the maximum of ${CLIENT_MAX_PAYLOAD_BYTES} bytes, so it was not read and the connection was ended with close code ${code}`,
  };
}

/**
 * The connection of a live session is lost. If this side dropped it because of an oversized message, the bot violated
 * the rule on size.
 *
 * @param clause - the rule of any other loss, if there is one
 */
export function onLost(state: Live, end: TransportEnd, clause?: ClauseId): Step<Closed> {
  const broken = oversized(end);
  if (!broken) {
    const facts = { ...(clause === undefined ? {} : { clause }), closeCode: end.code };
    return drop(failed(state, 'connection-lost', describeEnd(end), facts));
  }
  return drop(
    failed(state, 'protocol-violation', broken.text, { clause: broken.clause, closeCode: end.code }),
    [{ do: 'noteViolation', ...broken }],
  );
}

/** The rule that the bot broke if the connection is lost between `close` and `closed`. */
export function lostWhileClosing(end: TransportEnd): { readonly clause: ClauseId; readonly text: string } {
  const text = `${describeEnd(end)} before closed arrived`;
  // This side closed the connection because of a frame that no receiver can read.
  const isRefused = end.error !== undefined && end.code !== 1006;
  return oversized(end) ?? { clause: isRefused ? 'AC-CLOSE-1' : 'AC-CLOSE-5', text };
}

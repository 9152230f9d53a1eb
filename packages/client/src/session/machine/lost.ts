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

/**
 * The connection of a live session is lost. If this side dropped it because of an oversized message, the bot violated
 * the rule on size. (DECISIONS.md #51)
 *
 * @param clause - the rule of any other loss, if there is one
 */
export function onLost(state: Live, end: TransportEnd, clause?: ClauseId): Step<Closed> {
  if (!isOversized(end.error)) {
    const facts = { ...(clause === undefined ? {} : { clause }), closeCode: end.code };
    return drop(failed(state, 'connection-lost', describeEnd(end), facts));
  }
  const broken = end.error.kind === 'text' ? 'AC-MSG-10' : 'AC-AUDIO-4';
  const what = end.error.kind === undefined ? 'a message' : `a ${end.error.kind} frame`;
  const text = `${what} of the bot exceeds the maximum of ${CLIENT_MAX_PAYLOAD_BYTES} bytes, so it was not read and the connection was ended with close code ${end.code}`;
  return drop(failed(state, 'protocol-violation', text, { clause: broken, closeCode: end.code }), [
    { do: 'noteViolation', clause: broken, text },
  ]);
}

import { describe } from '@hookline/protocol';
import type { TransportEnd } from '@hookline/runtime';

/** How a connection ended, in words. */
export function wordsOf(end: TransportEnd): string {
  const why = end.error?.message ? ` (${end.error.message})` : end.reason ? ` (${describe(end.reason)})` : '';
  if (end.code === 1006) return `the connection broke off without a closing handshake${why}`;
  if (end.error) return `a WebSocket frame of the bot was refused with close code ${end.code}${why}`;
  if (end.code === 1005) return `the bot closed the WebSocket without a code${why}`;
  return `the bot closed the WebSocket with code ${end.code}${why}`;
}

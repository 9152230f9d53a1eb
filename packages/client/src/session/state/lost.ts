import type { TransportEnd } from '@hookline/runtime';

/** How a connection ended, in words. */
export function wordsOf(end: TransportEnd): string {
  const why = end.error?.message ? ` (${end.error.message})` : end.reason ? ` (${end.reason})` : '';
  if (end.code === 1006) return `the connection broke off without a closing handshake${why}`;
  if (end.code === 1005) return `the bot closed the WebSocket without a code${why}`;
  return `the bot closed the WebSocket with code ${end.code}${why}`;
}

import type { Direction } from '@hookline/protocol';

/** Where a trace was taken. A proxy counts directions as the server does: `in` is what the client sent. */
export type Vantage = 'client' | 'server' | 'proxy';

/** Who sent something: the Genesys side with the caller's audio, or the bot. */
export type Lane = 'caller' | 'bot';

/** Who sent what passed a vantage in a direction. */
export function laneOf(vantage: Vantage, dir: Direction): Lane {
  return (vantage === 'client') === (dir === 'out') ? 'caller' : 'bot';
}

import type { Direction } from '@hookline/protocol';

/** The side that recorded a trace. A proxy counts directions like the server: `in` is sent by the client. */
export type Vantage = 'client' | 'server' | 'proxy';

/** The sender: the Genesys side with the caller's audio, or the bot. */
export type Lane = 'caller' | 'bot';

/** The sender of traffic in a direction at a vantage. */
export function laneOf(vantage: Vantage, dir: Direction): Lane {
  return (vantage === 'client') === (dir === 'out') ? 'caller' : 'bot';
}

import type { Effect, Step } from '../effects.js';
import type { SessionEvent } from '../events.js';
import type { Closed } from '../states.js';

const SOCKET_GONE: readonly Effect[] = [{ do: 'disarm', timer: 'socket' }];

/** When the session is over: only the connection may be left. */
export function closed(state: Closed, event: SessionEvent): Step<Closed> {
  switch (event.type) {
    case 'timeout':
      // A peer that does not finish the closing handshake keeps no socket.
      return [state, event.timer === 'socket' ? [{ do: 'terminate' }] : []];
    case 'lost':
      return [state, SOCKET_GONE];
    case 'unread':
      return [state, [{ do: 'terminate' }]];
    default:
      return [state, []];
  }
}

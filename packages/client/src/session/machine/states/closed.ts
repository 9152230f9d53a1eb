import type { Effect, Step } from '../effects.js';
import type { SessionEvent } from '../events.js';
import type { Closed } from '../states.js';

const SOCKET_CLOSED: readonly Effect[] = [{ do: 'disarm', timer: 'socket' }];

/** Handles events after the session is closed: only the connection may remain. */
export function closed(state: Closed, event: SessionEvent): Step<Closed> {
  switch (event.type) {
    case 'timeout':
      // The socket is dropped if the peer does not finish the closing handshake.
      return [state, event.timer === 'socket' ? [{ do: 'terminate' }] : []];
    case 'lost':
      return [state, SOCKET_CLOSED];
    case 'unread':
      return [state, [{ do: 'terminate' }]];
    default:
      return [state, []];
  }
}

import type { Step } from '../effects.js';
import { abort, drop, end, failed, failWithError } from '../ending.js';
import type { SessionEvent } from '../events.js';
import { onLost } from '../lost.js';
import { onDisconnect } from '../messages/disconnect.js';
import { onEvent } from '../messages/event.js';
import { onOpened } from '../messages/opened.js';
import type { SessionRules } from '../rules.js';
import type { Opening, SessionState } from '../states.js';

/**
 * While `opened` is awaited, for which `connecting` has set the timer. Illegal messages have been refused before.
 */
export function opening(state: Opening, event: SessionEvent, rules: SessionRules): Step<SessionState> {
  switch (event.type) {
    case 'received':
      switch (event.message.type) {
        case 'opened':
          return onOpened(state, event.message, rules);
        case 'disconnect':
          return onDisconnect(state, event.message, rules.drainOnDisconnect);
        case 'event':
          return [state, onEvent(event.message)];
        default:
          return [state, []];
      }
    case 'malformed':
      return failWithError(state, {
        ...event,
        cause: event.messageType === 'opened' ? 'bad-opened' : 'protocol-violation',
      });
    case 'timeout':
      if (event.timer !== 'opened') return [state, []];
      return failWithError(state, {
        code: 408,
        clause: 'AC-OPEN-3',
        text: 'Open transaction timeout: opened did not arrive in time',
        cause: 'open-timeout',
      });
    case 'hangup':
      return end({ kind: 'callerGone', reason: 'callerHangup' });
    case 'abort':
      return end({ kind: 'callerGone', reason: 'aborted' });
    case 'hold':
      return [{ ...state, held: true }, []];
    case 'unhold':
      return [{ ...state, held: false }, []];
    case 'sourceFailed':
      return abort(state, 'caller-source', event.text);
    case 'internalFault':
      return abort(state, 'internal', event.text);
    case 'unread':
      return drop(failed(state, 'connection-lost', `the bot left ${event.bytes} bytes unread`), [
        { do: 'terminate' },
      ]);
    case 'lost':
      return onLost(state, event.end);
    default:
      return [state, []];
  }
}

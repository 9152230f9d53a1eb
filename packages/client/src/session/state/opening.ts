import type { Step } from '../effects.js';
import type { SessionEvent } from '../events.js';
import type { SessionRules } from '../rules.js';
import type { Opening, SessionState } from '../states.js';
import { onDisconnect } from './disconnect.js';
import { condemn, end, failed, giveUp, lose } from './ending.js';
import { onEvent } from './event.js';
import { onLost } from './lost.js';
import { onOpened } from './opened.js';

/** While `opened` is awaited. What may not come here has been refused before. */
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
      return condemn(state, {
        ...event,
        cause: event.messageType === 'opened' ? 'bad-opened' : 'protocol-violation',
      });
    case 'timeout':
      if (event.timer !== 'opened') return [state, []];
      return condemn(state, {
        code: 408,
        clause: 'AC-OPEN-3',
        text: 'Open transaction timeout: opened did not come in time',
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
      return giveUp(state, 'caller-source', event.text);
    case 'internalFault':
      return giveUp(state, 'internal', event.text);
    case 'unread':
      return lose(failed(state, 'connection-lost', `the bot left ${event.bytes} bytes unread`), [
        { do: 'terminate' },
      ]);
    case 'lost':
      return onLost(state, event.end);
    default:
      return [state, []];
  }
}

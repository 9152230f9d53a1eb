import type { Outcome } from '../../../outcome/outcome.js';
import type { DialStep } from '../../../transport/dial.js';
import type { Step } from '../effects.js';
import type { SessionEvent } from '../events.js';
import type { Closed, Connecting, SessionState } from '../states.js';

/** The timeout texts, by what the connection waited for. */
const TIMEOUT_TEXTS: Readonly<Record<DialStep, string>> = {
  connection: 'no connection was made in time; check the address, and whether a firewall drops the packets',
  tls: 'the TLS handshake was not complete in time; is it a TLS endpoint? If not, use ws:// or put TLS in front of the bot',
  answer: 'the WebSocket handshake was not complete in time',
};

/** While the upgrade is under way. */
export function connecting(state: Connecting, event: SessionEvent): Step<SessionState> {
  switch (event.type) {
    case 'connected':
      return [
        { name: 'opening', held: state.held },
        [{ do: 'disarm', timer: 'upgrade' }, { do: 'sendOpen' }, { do: 'arm', timer: 'opened' }],
      ];
    case 'dialFailed': {
      const { cause, text, status, clause } = event;
      return over({
        kind: 'failed',
        cause,
        text,
        wasOpened: false,
        ...(status === undefined ? {} : { status }),
        ...(clause === undefined ? {} : { clause }),
      });
    }
    case 'timeout':
      if (event.timer !== 'upgrade') return [state, []];
      return over({
        kind: 'failed',
        cause: 'upgrade-timeout',
        text: TIMEOUT_TEXTS[state.pendingStep],
        wasOpened: false,
        clause: 'AC-TIME-1',
      });
    case 'hangup':
      return over({ kind: 'callerGone', reason: 'callerHangup' });
    case 'abort':
      return over({ kind: 'callerGone', reason: 'aborted' });
    case 'sourceFailed':
      return over({ kind: 'failed', cause: 'caller-source', text: event.text, wasOpened: false });
    case 'internalFault':
      return over({ kind: 'failed', cause: 'internal', text: event.text, wasOpened: false });
    case 'dialStep':
      return [{ ...state, pendingStep: event.step }, []];
    case 'hold':
      return [{ ...state, held: true }, []];
    case 'unhold':
      return [{ ...state, held: false }, []];
    default:
      // Nothing can arrive yet.
      return [state, []];
  }
}

function over(outcome: Outcome): Step<Closed> {
  return [
    { name: 'closed', outcome },
    [
      { do: 'decideOutcome', outcome },
      { do: 'disarm', timer: 'upgrade' },
      { do: 'abortDial' },
      { do: 'stopMedia' },
      { do: 'settle' },
    ],
  ];
}

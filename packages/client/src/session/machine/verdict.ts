import { type ClientInput, clientVerdict, describe, type Verdict } from '@hookline/protocol';
import type { Step } from './effects.js';
import { failWithError, isEndedByBot } from './ending.js';
import type { SessionEvent } from './events.js';
import type { SessionState } from './states.js';

/**
 * Looks an event up in the legality table of the protocol. Undefined if the table accepts it: the state decides.
 */
export function refusal(state: SessionState, event: SessionEvent): Step<SessionState> | undefined {
  const input = inputOf(event);
  if (input === undefined) return undefined;
  const verdict = clientVerdict(state.name, input);
  switch (verdict.action) {
    case 'accept':
      return undefined;
    case 'ignore':
      return ignored(state, event, verdict);
    case 'refuse':
      return refused(state, event, verdict);
  }
}

/** The row of the table for an event. */
function inputOf(event: SessionEvent): ClientInput | undefined {
  switch (event.type) {
    case 'received':
      return event.message.type;
    case 'pong':
    case 'audio':
    case 'unknown':
      return event.type;
    default:
      return undefined;
  }
}

function nameOf(event: SessionEvent): string {
  switch (event.type) {
    case 'received':
      return event.message.type;
    case 'audio':
      return `audio of ${event.byteLength} bytes`;
    case 'unknown':
      return `a message of the unknown type ${describe(event.messageType)}`;
    default:
      return event.type;
  }
}

function ignored(
  state: SessionState,
  event: SessionEvent,
  { clause }: Extract<Verdict, { action: 'ignore' }>,
): Step<SessionState> | undefined {
  // A `disconnect` that crossed the client's `close` changes nothing, but its outputs are reported.
  if (event.type === 'received' && event.message.type === 'disconnect' && state.name === 'closing') {
    return undefined;
  }
  if (state.name === 'closing' && !isEndedByBot(state.outcome) && mayCrossClose(event)) return [state, []];
  const text = `${nameOf(event)} arrived while the session was ${state.name}; it was ignored`;
  return [state, state.name === 'closed' ? [] : [{ do: 'warn', clause, text }]];
}

/** Whether the bot may have sent this before it received `close`, when it was allowed. Audio does not show when it was sent. */
function mayCrossClose(event: SessionEvent): boolean {
  if (event.type === 'audio') return true;
  // `reconnect` is never allowed.
  return event.type === 'received' && event.message.type !== 'reconnect' && event.crossesClose === true;
}

function refused(
  state: SessionState,
  event: SessionEvent,
  { clause, code, fatal }: Extract<Verdict, { action: 'refuse' }>,
): Step<SessionState> {
  const text = `${nameOf(event)} arrived while the session was ${state.name}`;
  if (fatal && (state.name === 'opening' || state.name === 'open')) {
    return failWithError(state, { code, clause, text, cause: 'protocol-violation' });
  }
  return [
    state,
    [
      { do: 'warn', clause, text },
      { do: 'warnPeer', parameters: { code, message: `${clause}: ${text}` } },
    ],
  ];
}

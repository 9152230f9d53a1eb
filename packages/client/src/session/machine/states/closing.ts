import type { ServerMessageOf } from '@hookline/protocol';
import type { Effect, Step } from '../effects.js';
import { isEndedByBot, sendClose } from '../ending.js';
import type { SessionEvent, TimerName } from '../events.js';
import { lostWhileClosing } from '../lost.js';
import { keepOutputs } from '../messages/disconnect.js';
import { onEvent } from '../messages/event.js';
import type { Closed, Closing, SessionState } from '../states.js';

/** While the session is being closed. Nothing here changes the outcome. (DECISIONS.md #23) */
export function closing(state: Closing, event: SessionEvent): Step<SessionState> {
  switch (event.type) {
    case 'received':
      switch (event.message.type) {
        case 'closed':
          return onClosed(state, event.message.parameters);
        case 'event':
          // A barge-in may drop what is still to be played.
          return [state, [...onEvent(event.message), ...whilePlayingOut(state, { do: 'playOut' })]];
        case 'disconnect':
          return onDisconnect(state, event.message);
        default:
          return [state, []];
      }
    case 'malformed':
      return [state, [{ do: 'warn', clause: event.clause, text: `while closing: ${event.text}` }]];
    case 'timeout':
      return onTimeout(state, event.timer);
    case 'playedOut':
    case 'hangup':
    case 'abort':
    case 'sourceFailed':
    case 'internalFault':
      return finishPlayout(state);
    case 'hold':
      return [state, whilePlayingOut(state, { do: 'holdPlayback' })];
    case 'unhold':
      return [state, whilePlayingOut(state, { do: 'unholdPlayback' })];
    case 'unread':
      return over(state, [{ do: 'terminate' }]);
    case 'lost':
      return over(state, [{ do: 'warn', ...lostWhileClosing(event.end) }]);
    default:
      return [state, []];
  }
}

/** The session ends before `closed`. */
function over(state: Closing, effects: readonly Effect[]): Step<Closed> {
  return [{ name: 'closed', outcome: state.outcome }, [...effects, ...STOP_WAITING]];
}

const STOP_WAITING: readonly Effect[] = [
  { do: 'disarm', timer: 'closed' },
  { do: 'disarm', timer: 'settle' },
  { do: 'disarm', timer: 'maxDuration' },
  { do: 'stopMedia' },
  { do: 'settle' },
];

/** A `disconnect` may cross the client's `close`, but not follow another one. (AC-DISC-2) */
function onDisconnect(state: Closing, message: ServerMessageOf<'disconnect'>): Step<Closing> {
  if (!isEndedByBot(state.outcome) && !state.disconnected)
    return [{ ...state, disconnected: true }, keepOutputs(message)];
  return [
    state,
    [
      ...keepOutputs(message, 'second disconnect'),
      { do: 'warn', clause: 'AC-DISC-2', text: 'a second disconnect arrived; only the first one counts' },
    ],
  ];
}

/** `closed`: the client closes the socket. (AC-CLOSE-5, DECISIONS.md #42) */
function onClosed(state: Closing, parameters: object): Step<SessionState> {
  const late: readonly Effect[] =
    state.awaits === 'playout'
      ? [{ do: 'warn', clause: 'AC-CLOSE-4', text: 'closed arrived although close had not been sent' }]
      : [];
  return [
    { name: 'closed', outcome: state.outcome },
    [
      ...late,
      ...outputsIn(parameters),
      ...STOP_WAITING,
      { do: 'closeSocket' },
      { do: 'arm', timer: 'socket' },
    ],
  ];
}

/** Outputs must be in `disconnect`. (AC-OUT-4) */
function outputsIn(parameters: object): readonly Effect[] {
  if (!('outputVariables' in parameters)) return [];
  const outputs = parameters.outputVariables;
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) return [];
  return [{ do: 'keepOutputs', from: 'closed', outputs: { ...outputs } }];
}

function onTimeout(state: Closing, timer: Exclude<TimerName, 'ping'>): Step<SessionState> {
  switch (timer) {
    case 'settle':
      return [state, [{ do: 'settle' }]];
    case 'maxDuration':
      return finishPlayout(state);
    case 'closed':
      return over(state, [
        {
          do: 'warn',
          clause: 'AC-CLOSE-2',
          text: 'Close transaction timeout: closed did not arrive in time',
        },
        {
          do: 'send',
          message: {
            type: 'error',
            parameters: { code: 408, message: 'AC-CLOSE-2: Close transaction timeout' },
          },
        },
        { do: 'terminate' },
      ]);
    default:
      return [state, []];
  }
}

function whilePlayingOut({ awaits }: Closing, effect: Effect): readonly Effect[] {
  return awaits === 'playout' ? [effect] : [];
}

function finishPlayout(state: Closing): Step<SessionState> {
  if (state.awaits !== 'playout') return [state, []];
  return [
    { ...state, awaits: 'closed' },
    [{ do: 'disarm', timer: 'maxDuration' }, { do: 'stopMedia' }, ...sendClose('disconnect')],
  ];
}

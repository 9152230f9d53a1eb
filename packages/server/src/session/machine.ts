import {
  type ClauseId,
  type ClientMessage,
  type ClientMessageOf,
  type DisconnectReason,
  describe,
  type MediaParameter,
  type ServerInput,
  type ServerMessageType,
  type ServerParameters,
  serverVerdict,
} from '@hookline/protocol';
import type { EndReason } from './call-ended.js';
import { fittingMessage } from './message-length.js';
import type { Closed, Disconnecting, SessionState } from './states.js';

/** The timers of a session; one runs at a time. */
export type SessionTimer = 'open' | 'close' | 'socket' | 'flood';

/** The events of the state machine. */
export type SessionEvent =
  /** A well-formed message whose envelope fits the session. */
  | { readonly type: 'message'; readonly message: ClientMessage }
  /** A well-formed message of an unknown type. */
  | { readonly type: 'unknown'; readonly messageType: string }
  /** The client broke a rule of the protocol. */
  | ({ readonly type: 'fault' } & Fault)
  /** The client sent more text messages than the limit allows. */
  | { readonly type: 'flood'; readonly info: string }
  /** `open` was accepted. */
  | { readonly type: 'accept'; readonly media: MediaParameter | undefined }
  /** The server ends the call: the bot, a timer or a limit. */
  | ({ readonly type: 'end' } & Ending)
  | { readonly type: 'timer'; readonly timer: SessionTimer }
  /** The connection has ended. */
  | { readonly type: 'lost' };

/** A broken rule of the protocol. */
export interface Fault {
  readonly clause: ClauseId;
  /** For the client that sent it. */
  readonly info: string;
  /** Replaces `info` in a log if `info` may contain personal data. */
  readonly logged?: string;
}

/** How the server ends a call. */
export interface Ending {
  readonly end: EndReason;
  readonly reason: DisconnectReason;
  readonly info?: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

/** A server message with its parameters. */
export type OutgoingMessage = {
  [T in ServerMessageType]: { readonly type: T; readonly parameters: ServerParameters<T> };
}[ServerMessageType];

/** An effect of a transition; effects run in order. */
export type SessionEffect =
  | { readonly do: 'send'; readonly message: OutgoingMessage }
  /** Decide about `open`, and answer with `accept` or `end`. */
  | { readonly do: 'decide'; readonly open: ClientMessageOf<'open'> }
  /** `opened` was sent: start the call. */
  | { readonly do: 'begin'; readonly media: MediaParameter | undefined }
  /** Deliver an accepted message to the call. */
  | { readonly do: 'deliver'; readonly message: ClientMessage }
  /** End the call for the bot. */
  | { readonly do: 'end'; readonly reason: EndReason; readonly info: string }
  /** Count an ignored input; `message` if it is a valid message of a known type. */
  | {
      readonly do: 'ignore';
      readonly clause: ClauseId;
      readonly input: string;
      readonly message?: ClientMessage;
    }
  /** Report a broken rule to the log and the sink. */
  | ({ readonly do: 'report' } & Fault)
  /** Replace the running timer; undefined only stops it. */
  | { readonly do: 'arm'; readonly timer: SessionTimer | undefined }
  | { readonly do: 'terminate' };

/** The next state and its effects. */
export type Transition = readonly [SessionState, readonly SessionEffect[]];

/** The first state of a session; the `open` timer is running. */
export const INITIAL_STATE: SessionState = { name: 'preparing' };

/** Returns the next state and the effects of `event` in `state`. Pure and exhaustive. */
export function transition(state: SessionState, event: SessionEvent): Transition {
  switch (event.type) {
    case 'message':
      return onMessage(state, event.message);
    case 'unknown':
      return applyVerdict(state, 'unknown', event.messageType, () => [state, []]);
    case 'fault':
      return fault(state, event);
    case 'flood':
      return onFlood(state, event.info);
    case 'accept':
      return onAccept(state, event.media);
    case 'end':
      return end(state, event);
    case 'timer':
      return onTimer(state, event.timer);
    case 'lost':
      return onLost(state);
  }
}

/** Applies the legality table to an input of this type; `accepted` returns the transition of an accepted one. */
function applyVerdict(
  state: SessionState,
  input: ServerInput,
  type: string,
  accepted: () => Transition,
  message?: ClientMessage,
): Transition {
  const verdict = serverVerdict(state.name, input);
  switch (verdict.action) {
    case 'accept':
      return accepted();
    case 'ignore':
      return [
        state,
        [{ do: 'ignore', clause: verdict.clause, input: describe(type), ...(message && { message }) }],
      ];
    case 'refuse':
      return fault(state, {
        clause: verdict.clause,
        info: `${describe(type)} arrived while the session was ${state.name}`,
      });
  }
}

function onMessage(state: SessionState, message: ClientMessage): Transition {
  const accepted = (): Transition => {
    switch (message.type) {
      case 'open':
        return [{ name: 'opening' }, [{ do: 'decide', open: message }]];
      case 'close':
        return onClose(state, message);
      case 'ping':
        return onPing(state, message);
      case 'paused':
        return [
          state.name === 'active' ? { name: 'paused', media: state.media } : state,
          [{ do: 'deliver', message }],
        ];
      case 'resumed':
        return [
          state.name === 'paused' ? { name: 'active', media: state.media } : state,
          [{ do: 'deliver', message }],
        ];
      default:
        return [state, [{ do: 'deliver', message }]];
    }
  };
  return applyVerdict(state, message.type, message.type, accepted, message);
}

/** AC-PING-2: answered before the call handles it, so that `clientseq` is the seq of the ping. */
function onPing(state: SessionState, message: ClientMessageOf<'ping'>): Transition {
  const pong: SessionEffect = { do: 'send', message: { type: 'pong', parameters: {} } };
  return [state, 'end' in state ? [pong] : [pong, { do: 'deliver', message }]];
}

const CLOSE_ENDS: Readonly<
  Record<ClientMessageOf<'close'>['parameters']['reason'], readonly [EndReason, string]>
> = {
  end: ['callerHangup', 'the caller hung up'],
  error: ['clientError', 'the client closed the session after an error'],
  disconnect: ['callerHangup', 'the client closed the session'],
  reconnect: ['callerHangup', 'the client closed the session to reconnect'],
};

/** AC-CLOSE-1: in every state `close` is answered with `closed`. */
function onClose(state: SessionState, message: ClientMessageOf<'close'>): Transition {
  const [reason, info] = CLOSE_ENDS[message.parameters.reason];
  // AC-CLOSE-3: `closed` is the last message, so it waits for the answer to `open`.
  if (state.name === 'opening') return [{ name: 'closing', end: reason }, []];
  const closed: Closed = { name: 'closed', end: 'end' in state ? state.end : reason, connected: true };
  // `closed` is sent first: it does not wait for the bot to handle the end.
  return [closed, 'end' in state ? SEND_CLOSED : [...SEND_CLOSED, { do: 'end', reason, info }]];
}

/** One for all calls, because every call ends with it. */
const SEND_CLOSED: readonly SessionEffect[] = [
  { do: 'send', message: { type: 'closed', parameters: {} } },
  { do: 'arm', timer: 'socket' },
];

function onAccept(state: SessionState, media: MediaParameter | undefined): Transition {
  if (state.name === 'closing') return closeAfterOpening(state.end);
  if (state.name !== 'opening') return [state, []];
  return [
    { name: 'active', media },
    [
      { do: 'arm', timer: undefined },
      // AC-OPEN-4, AC-OPEN-5
      {
        do: 'send',
        message: { type: 'opened', parameters: { startPaused: false, media: media ? [media] : [] } },
      },
      { do: 'begin', media },
    ],
  ];
}

function closeAfterOpening(end: EndReason): Transition {
  return [
    { name: 'closed', end, connected: true },
    [...SEND_CLOSED, { do: 'end', reason: end, info: 'the client closed the session while it was opening' }],
  ];
}

/** AC-DISC-2: only the first end of a session is sent. */
function end(state: SessionState, ending: Ending): Transition {
  if (state.name === 'closing') return closeAfterOpening(state.end);
  if ('end' in state) return [state, []];
  const info = ending.info ?? 'the bot completed the call';
  const disconnecting: Disconnecting = { name: 'disconnecting', end: ending.end };
  return [
    disconnecting,
    [
      {
        do: 'send',
        message: {
          type: 'disconnect',
          parameters: {
            reason: ending.reason,
            // AC-MSG-10
            ...(ending.info === undefined ? {} : { info: fittingMessage(ending.info, ending.outputs) }),
            ...(ending.outputs === undefined ? {} : { outputVariables: { ...ending.outputs } }),
          },
        },
      },
      { do: 'arm', timer: 'close' },
      { do: 'end', reason: ending.end, info },
    ],
  ];
}

/** AC-MSG-15: a broken rule ends the session; only the first one is reported. */
function fault(state: SessionState, { clause, info, logged }: Fault): Transition {
  if ('end' in state) return [state, [{ do: 'ignore', clause, input: info }]];
  const [next, effects] = end(state, { end: 'clientFault', reason: 'error', info });
  return [next, [{ do: 'report', clause, info, ...(logged === undefined ? {} : { logged }) }, ...effects]];
}

function onFlood(state: SessionState, info: string): Transition {
  // The client keeps sending. If the connection were dropped at once, its writes would fail before it had read the
  // reason.
  if ('end' in state) return [state, [{ do: 'arm', timer: 'flood' }]];
  return fault(state, { clause: 'AC-RATE-6', info });
}

function onTimer(state: SessionState, timer: SessionTimer): Transition {
  switch (timer) {
    case 'open':
      // AC-TIME-2
      return state.name === 'preparing'
        ? end(state, { end: 'timeout', reason: 'error', info: 'no "open" arrived in time' })
        : [state, []];
    case 'close':
      // AC-TIME-4
      return state.name === 'disconnecting' ? [state, [{ do: 'terminate' }]] : [state, []];
    case 'socket':
      // AC-TIME-5
      return state.name === 'closed' && state.connected ? [state, [{ do: 'terminate' }]] : [state, []];
    case 'flood':
      // AC-RATE-6
      return [state, [{ do: 'terminate' }]];
  }
}

function onLost(state: SessionState): Transition {
  const closed: Closed = {
    name: 'closed',
    end: 'end' in state ? state.end : 'connectionLost',
    connected: false,
  };
  const effects: SessionEffect[] = [{ do: 'arm', timer: undefined }];
  // AC-CONN-10: in `closing` the bot has not been informed yet either.
  if (!('end' in state) || state.name === 'closing') {
    effects.push({ do: 'end', reason: closed.end, info: 'the connection was lost' });
  }
  return [closed, effects];
}

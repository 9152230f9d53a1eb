import type { ClauseId } from './clauses/index.js';
import { protocolError } from './error.js';
import type { ErrorCode } from './messages/error.js';
import type { ClientMessageType, ServerMessageType } from './messages/index.js';

/** How a side handles a message or frame in its current state. */
export type Verdict =
  /** It is allowed in this state. */
  | { readonly action: 'accept' }
  /** It has no effect; its `seq` counts. */
  | { readonly action: 'ignore'; readonly clause: ClauseId }
  /** The client answers with `error` and this code, followed by `close` if `fatal`; the server answers with `disconnect`. */
  | {
      readonly action: 'refuse';
      readonly clause: ClauseId;
      readonly code: ErrorCode;
      readonly fatal: boolean;
    };

/** The states of a client session. `connecting`: until the upgrade; `opening`: `open` is sent; `open`: `opened` was received; `closing`: `close` is sent; `closed`: the connection is closed. */
export const CLIENT_STATES = ['connecting', 'opening', 'open', 'closing', 'closed'] as const;
export type ClientStateName = (typeof CLIENT_STATES)[number];

/**
 * The states of the server. `preparing`: `open` was not received yet; `opening`: `open` was received and is not
 * answered yet; `active`: the client sends audio; `paused`: the client sends none; `disconnecting`: `disconnect` is
 * sent; `closing`: `close` was received and `closed` is not sent yet; `closed`: `closed` is sent.
 */
export const SERVER_STATES = [
  'preparing',
  'opening',
  'active',
  'paused',
  'disconnecting',
  'closing',
  'closed',
] as const;
export type ServerStateName = (typeof SERVER_STATES)[number];

/** What a client can receive: a message type, a binary frame (`audio`), or a message of unknown type. */
export type ClientInput = ServerMessageType | 'audio' | 'unknown';
/** What a server can receive: a message type, a binary frame (`audio`), or a message of unknown type. */
export type ServerInput = ClientMessageType | 'audio' | 'unknown';

const accept: Verdict = { action: 'accept' };
const ignore = (clause: ClauseId): Verdict => ({ action: 'ignore', clause });
const refuse = (code: ErrorCode, clause: ClauseId, fatal = true): Verdict => ({
  action: 'refuse',
  code,
  clause,
  fatal,
});

type ClientRow = Readonly<Record<ClientStateName, Verdict>>;
type ServerRow = Readonly<Record<ServerStateName, Verdict>>;

/** Nothing can be received while connecting, and anything received after the end is ignored. */
const client = (opening: Verdict, open: Verdict, closing: Verdict): ClientRow => ({
  connecting: ignore('AC-OPEN-6'),
  opening,
  open,
  closing,
  closed: ignore('AC-CLOSE-3'),
});

/**
 * What the client does with each input in each state.
 * While closing, messages that the server sent before it received `close` are not violations.
 */
export const CLIENT_LEGALITY: Readonly<Record<ClientInput, ClientRow>> = {
  opened: client(accept, refuse(409, 'AC-OPEN-7'), ignore('AC-OPEN-7')),
  closed: client(refuse(409, 'AC-CLOSE-4'), refuse(409, 'AC-CLOSE-4'), accept),
  disconnect: client(accept, accept, ignore('AC-DISC-2')),
  event: client(accept, accept, accept),
  pong: client(refuse(409, 'AC-PING-4', false), accept, accept),
  pause: client(refuse(409, 'AC-PAUSE-3'), accept, ignore('AC-PAUSE-3')),
  resume: client(refuse(409, 'AC-PAUSE-3'), accept, ignore('AC-PAUSE-3')),
  reconnect: client(accept, accept, ignore('AC-CONN-9')),
  updated: client(ignore('AC-UPDATE-2'), accept, ignore('AC-UPDATE-2')),
  audio: client(refuse(415, 'AC-AUDIO-2'), accept, ignore('AC-AUDIO-3')),
  unknown: client(refuse(405, 'AC-MSG-14'), refuse(405, 'AC-MSG-14'), ignore('AC-MSG-14')),
};

/** A row of the server: `before` in preparing, `opening`, `live` in active and paused, `after` after `disconnect` or `close`. */
const server = (before: Verdict, opening: Verdict, live: Verdict, after: Verdict): ServerRow => ({
  preparing: before,
  opening,
  active: live,
  paused: live,
  disconnecting: after,
  closing: after,
  closed: after,
});

/** A row of an input that `clause` ignores, except in active and paused. */
const outside = (clause: ClauseId, live: Verdict): ServerRow =>
  server(ignore(clause), ignore(clause), live, ignore(clause));

const openFirst = refuse(409, 'AC-OPEN-1');

/** What the server does with each input in each state. */
export const SERVER_LEGALITY: Readonly<Record<ServerInput, ServerRow>> = {
  open: server(accept, ignore('AC-OPEN-8'), ignore('AC-OPEN-8'), ignore('AC-OPEN-8')),
  close: { ...server(accept, accept, accept, ignore('AC-CLOSE-6')), disconnecting: accept },
  ping: { ...server(openFirst, accept, accept, accept), closed: ignore('AC-CLOSE-3') },
  error: server(accept, accept, accept, accept),
  paused: outside('AC-PAUSE-8', accept),
  resumed: { ...outside('AC-PAUSE-8', ignore('AC-PAUSE-8')), paused: accept },
  discarded: { ...outside('AC-PAUSE-8', accept), preparing: openFirst },
  update: outside('AC-UPDATE-1', accept),
  dtmf: { ...outside('AC-DTMF-3', accept), preparing: openFirst },
  playback_started: { ...outside('AC-PLAY-1', accept), preparing: openFirst },
  playback_completed: { ...outside('AC-PLAY-2', accept), preparing: openFirst },
  audio: {
    ...server(ignore('AC-AUDIO-9'), ignore('AC-AUDIO-9'), accept, ignore('AC-AUDIO-9')),
    paused: ignore('AC-AUDIO-9'),
  },
  unknown: outside('AC-MSG-12', ignore('AC-MSG-12')),
};

/** What the client does with `input` in `state`. */
export function clientVerdict(state: ClientStateName, input: ClientInput): Verdict {
  return CLIENT_LEGALITY[input]?.[state] ?? unknownRow('clientVerdict', state, input);
}

/** What the server does with `input` in `state`. */
export function serverVerdict(state: ServerStateName, input: ServerInput): Verdict {
  return SERVER_LEGALITY[input]?.[state] ?? unknownRow('serverVerdict', state, input);
}

/** Untyped code passed an unknown state or input. */
function unknownRow(name: string, state: unknown, input: unknown): never {
  const known = name === 'clientVerdict' ? CLIENT_STATES : SERVER_STATES;
  throw protocolError(
    'PROTOCOL_BAD_ARGUMENT',
    `${name}: no verdict on ${JSON.stringify(input)} in state ${JSON.stringify(state)}; the states are ${known.join(', ')}.`,
  );
}

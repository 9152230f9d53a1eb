import type { ClauseId } from './clauses/index.js';
import type { ErrorCode } from './messages/error.js';
import type { ClientMessageType, ServerMessageType } from './messages/index.js';

/** What a side does with something that arrives. */
export type Verdict =
  /** It belongs here. */
  | { readonly action: 'accept' }
  /** It changes nothing; counted. */
  | { readonly action: 'ignore'; readonly clause: ClauseId }
  /** The client answers with `error` of this code, and with `close` when it is fatal; the server with `disconnect`. */
  | {
      readonly action: 'refuse';
      readonly clause: ClauseId;
      readonly code: ErrorCode;
      readonly fatal: boolean;
    };

/** The states of the client, by what it waits for. */
export const CLIENT_STATES = ['connecting', 'opening', 'open', 'closing', 'closed'] as const;
export type ClientStateName = (typeof CLIENT_STATES)[number];

/**
 * The states of the server. `preparing`: no `open` yet; `opening`: `open` is being considered; `active` and
 * `paused`: the client sends audio, or not; `disconnecting`: `disconnect` is sent; `closing`: `close` has come,
 * `closed` is not sent yet; `closed`: it is.
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

/** What the client can receive: a message by type, a binary frame, or a type it does not know. */
export type ClientInput = ServerMessageType | 'audio' | 'unknown';
/** What the server can receive. */
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

/** Nothing arrives before the connection is up, and what arrives after the end is dropped with it. */
const client = (opening: Verdict, open: Verdict, closing: Verdict): ClientRow => ({
  connecting: ignore('AC-OPEN-6'),
  opening,
  open,
  closing,
  closed: ignore('AC-CLOSE-3'),
});

/**
 * What the client does with each input in each state.
 * While closing, what the server sent before it saw `close` is no fault of its.
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

/** A row of the server: `before` in preparing, `opening`, `live` in active and paused, `after` once it disconnects or closes. */
const server = (before: Verdict, opening: Verdict, live: Verdict, after: Verdict): ServerRow => ({
  preparing: before,
  opening,
  active: live,
  paused: live,
  disconnecting: after,
  closing: after,
  closed: after,
});

/** A row of what is ignored, by `clause`, but in active and paused. */
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
  return CLIENT_LEGALITY[input][state];
}

/** What the server does with `input` in `state`. */
export function serverVerdict(state: ServerStateName, input: ServerInput): Verdict {
  return SERVER_LEGALITY[input][state];
}

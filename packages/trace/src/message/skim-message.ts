import type {
  ClientMessageType,
  ClientParameters,
  MediaOffer,
  ServerMessageType,
  ServerParameters,
} from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import type { Lane } from '../vantage.js';

/** What a ladder reads of the parameters of a client message. */
interface ReadOfClient extends Record<ClientMessageType, object> {
  open: Pick<ClientParameters<'open'>, 'media' | 'language' | 'inputVariables'>;
  close: { readonly reason: string };
  ping: Pick<ClientParameters<'ping'>, 'rtt'>;
  error: Pick<ClientParameters<'error'>, 'code' | 'message' | 'retryAfter'>;
  resumed: Pick<ClientParameters<'resumed'>, 'start' | 'discarded'>;
  discarded: Pick<ClientParameters<'discarded'>, 'start' | 'discarded'>;
  update: Pick<ClientParameters<'update'>, 'language'>;
  dtmf: { readonly digit: string };
}

/** What a ladder reads of the parameters of a server message. */
interface ReadOfServer extends Record<ServerMessageType, object> {
  opened: Pick<ServerParameters<'opened'>, 'startPaused' | 'discardTo'> & {
    readonly media: readonly MediaOffer[];
  };
  disconnect: Pick<ServerParameters<'disconnect'>, 'info' | 'outputVariables'> & { readonly reason: string };
  event: Pick<ServerParameters<'event'>, 'entities'>;
  reconnect: Pick<ServerParameters<'reconnect'>, 'info'>;
}

/** The parts of a client message that a ladder reads. */
export type SkimmedClientMessage = {
  [T in ClientMessageType]: {
    readonly type: T;
    readonly seq: number;
    readonly parameters: Readonly<ReadOfClient[T]>;
  };
}[ClientMessageType];

/** The parts of a server message that a ladder reads. */
export type SkimmedServerMessage = {
  [T in ServerMessageType]: {
    readonly type: T;
    readonly seq: number;
    readonly clientseq: number;
    readonly parameters: Readonly<ReadOfServer[T]>;
  };
}[ServerMessageType];

/** A text frame as a ladder reads it, and its sender. */
export type Skimmed =
  | { readonly lane: 'caller'; readonly message: SkimmedClientMessage }
  | { readonly lane: 'bot'; readonly message: SkimmedServerMessage }
  | { readonly lane: Lane; readonly unknown: { readonly type: string; readonly seq: number } }
  | { readonly lane: Lane; readonly fault: { readonly type?: string; readonly reason: string } };

/** Reads a text frame for a ladder. Must not throw. */
export type MessageReader = (lane: Lane, text: string) => Skimmed;

type Check = (value: unknown) => boolean;
type Checks<T> = { readonly [Name in keyof T]-?: Check };

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const optional = (check: Check): Check => {
  return (value) => value === undefined || check(value);
};
const listOf = (check: Check): Check => {
  return (value) => Array.isArray(value) && value.every(check);
};
/** An object with these fields, and any others. */
const fields = <T>(checks: Checks<T>): Check => {
  const each = Object.entries<Check>(checks);
  return (value) => isRecord(value) && each.every(([name, check]) => check(value[name]));
};

const media = listOf(fields<MediaOffer>({ type: text, format: text, channels: listOf(text), rate: number }));
const gap = { start: text, discarded: text };

const CLIENT: { readonly [T in ClientMessageType]: Checks<ReadOfClient[T]> } = {
  open: { media, language: optional(text), inputVariables: optional(isRecord) },
  close: { reason: text },
  ping: { rtt: optional(text) },
  error: { code: number, message: text, retryAfter: optional(text) },
  paused: {},
  resumed: gap,
  discarded: gap,
  update: { language: optional(text) },
  dtmf: { digit: text },
  playback_started: {},
  playback_completed: {},
};

const SERVER: { readonly [T in ServerMessageType]: Checks<ReadOfServer[T]> } = {
  opened: { media, startPaused: optional((value) => typeof value === 'boolean'), discardTo: optional(text) },
  closed: {},
  disconnect: { reason: text, info: optional(text), outputVariables: optional(isRecord) },
  event: { entities: listOf(fields({ type: text })) },
  pong: {},
  pause: {},
  resume: {},
  reconnect: { info: optional(text) },
  updated: {},
};

const byType = (checks: Readonly<Record<string, Checks<object>>>): ReadonlyMap<string, Check> =>
  new Map(Object.entries(checks).map(([type, parameters]) => [type, fields(parameters)]));

const clientTypes = byType(CLIENT);
const serverTypes = byType(SERVER);

const isFrom = (types: ReadonlyMap<string, Check>, { type, parameters }: Envelope) =>
  types.get(type)?.(parameters) ?? false;
const isClientMessage = (frame: Envelope): frame is Envelope & SkimmedClientMessage =>
  isFrom(clientTypes, frame);
const isServerMessage = (frame: Envelope): frame is Envelope & SkimmedServerMessage =>
  isFrom(serverTypes, frame) && number(frame.clientseq);

interface Envelope {
  readonly type: string;
  readonly seq: number;
  readonly clientseq?: unknown;
  readonly parameters: object;
}
const envelope = fields<Omit<Envelope, 'clientseq'>>({ type: text, seq: number, parameters: isRecord });
const isEnvelope = (value: unknown): value is Envelope => envelope(value);

/**
 * Reads only the parts of a text frame that a ladder shows, without the schemas of the protocol, which are too large
 * for a web page. Does not check the other parts. Never throws.
 */
export function skimMessage(lane: Lane, frame: string): Skimmed {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { lane, fault: { reason: 'text frame is not JSON' } };
  }
  if (!isEnvelope(value)) return { lane, fault: { reason: 'it does not have the form of a message' } };
  if (lane === 'caller' && isClientMessage(value)) return { lane, message: value };
  if (lane === 'bot' && isServerMessage(value)) return { lane, message: value };
  const { type, seq } = value;
  const known = lane === 'caller' ? clientTypes : serverTypes;
  return known.has(type)
    ? { lane, fault: { type, reason: 'its fields do not match its type' } }
    : { lane, unknown: { type, seq } };
}

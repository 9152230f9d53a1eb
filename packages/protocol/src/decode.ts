import { checkArgument } from '@hookline/runtime';
import type { Static, TSchema } from '@sinclair/typebox';
import type { ClauseId } from './clauses/index.js';
import { ClientEnvelope, ServerEnvelope } from './envelope.js';
import { jsonFault } from './json-fault.js';
import { MAX_TEXT_CHARS } from './limits.js';
import { clauseOfEnvelopeField, clauseOfParameters } from './message-clauses.js';
import { durationParameters, overlongDuration } from './messages/duration.js';
import {
  type ClientMessage,
  type ClientMessageType,
  clientMessages,
  type ServerMessage,
  type ServerMessageType,
  serverMessages,
} from './messages/index.js';
import { unknownFields } from './unknown-fields.js';
import { describe, describeName, type Validator, validator } from './validator.js';

/** Why a text frame is not a valid message. */
export interface DecodeFault {
  /**
   * The kind of fault.
   *
   * - `too-long`: the text has more than 65,535 characters
   * - `not-json`: the text is not JSON
   * - `not-object`: the JSON is not an object
   * - `bad-envelope`: a field of the envelope is missing or invalid
   * - `bad-parameters`: the parameters do not match the type of the message
   * - `unknown-field`: the protocol defines no such field; only with `strict`
   */
  readonly code: 'too-long' | 'not-json' | 'not-object' | 'bad-envelope' | 'bad-parameters' | 'unknown-field';
  /** The rule that the frame breaks. */
  readonly clause: ClauseId;
  /** JSON pointer to the faulty value; empty for the whole frame. */
  readonly path: string;
  /** What was received, where, and what was expected, in one line. */
  readonly reason: string;
  /** The `seq`, if the envelope is valid: the counter advances although the message is refused. */
  readonly seq?: number;
  /** The `type`, if it could be read. */
  readonly type?: string;
}

/** The result of decoding: a message, a message of unknown type with a valid envelope, or a fault. */
export type Decoded<Message, Envelope> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'unknown'; readonly envelope: Envelope }
  | { readonly kind: 'fault'; readonly fault: DecodeFault };

/** Options of `decodeClientMessage` and `decodeServerMessage`. */
export interface DecodeOptions {
  /** Whether a field that the protocol does not define is a fault. Default false: it is ignored (AC-MSG-11). */
  readonly strict?: boolean;
}

/**
 * Decodes the text of a frame sent by a client. Never throws for a string.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but a string
 */
export function decodeClientMessage(
  text: string,
  options?: DecodeOptions,
): Decoded<ClientMessage, Static<typeof ClientEnvelope>> {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'decodeClientMessage: text', text, 'text');
  const decoded = decode<ClientMessage, typeof ClientEnvelope>(clientSide, text);
  return options?.strict && decoded.kind === 'message' ? refuseUnknownFields(decoded) : decoded;
}

/**
 * Decodes the text of a frame sent by a server. Never throws for a string.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but a string
 */
export function decodeServerMessage(
  text: string,
  options?: DecodeOptions,
): Decoded<ServerMessage, Static<typeof ServerEnvelope>> {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'decodeServerMessage: text', text, 'text');
  const decoded = decode<ServerMessage, typeof ServerEnvelope>(serverSide, text);
  return options?.strict && decoded.kind === 'message' ? refuseUnknownFields(decoded) : decoded;
}

interface Side<Message, Envelope extends TSchema> {
  readonly envelope: Validator<Envelope>;
  /** The `position` of a valid message, if the messages of this side have one. */
  positionOf(message: Message): string | undefined;
  /** Validators by message type. */
  readonly messages: ReadonlyMap<string, MessageCheck<Message>>;
}

interface MessageCheck<Message> extends Validator<TSchema & { static: Message }> {
  readonly type: ClientMessageType | ServerMessageType;
  /** Names of the parameters that are durations. */
  readonly durations: readonly string[];
}

function checks<Type extends ClientMessageType | ServerMessageType, Message>(
  schemas: Readonly<Record<Type, TSchema & { static: Message }>>,
): ReadonlyMap<string, MessageCheck<Message>> {
  const byType = new Map<string, MessageCheck<Message>>();
  for (const type in schemas) {
    const durations = durationParameters(schemas[type]);
    byType.set(type, Object.assign(validator(schemas[type]), { type, durations }));
  }
  return byType;
}

const clientSide: Side<ClientMessage, typeof ClientEnvelope> = {
  envelope: validator(ClientEnvelope),
  positionOf: ({ position }) => position,
  messages: checks<ClientMessageType, ClientMessage>(clientMessages),
};

const serverSide: Side<ServerMessage, typeof ServerEnvelope> = {
  envelope: validator(ServerEnvelope),
  positionOf: () => undefined,
  messages: checks<ServerMessageType, ServerMessage>(serverMessages),
};

function decode<Message extends ClientMessage | ServerMessage, Envelope extends TSchema>(
  side: Side<Message, Envelope>,
  text: string,
): Decoded<Message, Static<Envelope>> {
  if (text.length > MAX_TEXT_CHARS) {
    return fault({
      code: 'too-long',
      clause: 'AC-MSG-10',
      path: '',
      reason: `text frame of ${text.length} characters; at most ${MAX_TEXT_CHARS} are allowed`,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault({
      code: 'not-json',
      clause: 'AC-MSG-1',
      path: '',
      reason: `text frame is not JSON: ${jsonFault(text, error)}`,
    });
  }
  const type = typeOf(value);
  const known = type === undefined ? undefined : side.messages.get(type);
  if (!known?.check(value)) return refuse(side, value, type, known);
  const overlong = overlongDuration(value.parameters, known.durations, side.positionOf(value));
  return overlong ? refuseOverlong(value, overlong) : { kind: 'message', message: value };
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' ? value.type : undefined;
}

/** The slow path: explains why the frame is not a message of a known type. */
function refuse<Message, Envelope extends TSchema>(
  side: Side<Message, Envelope>,
  value: unknown,
  type: string | undefined,
  known: MessageCheck<Message> | undefined,
): Decoded<Message, Static<Envelope>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fault({
      code: 'not-object',
      clause: 'AC-MSG-1',
      path: '',
      reason: `text frame is ${describe(value)}; expected a JSON object`,
    });
  }
  const named = type === undefined ? {} : { type };
  if (!side.envelope.check(value)) {
    const { path, got, expected } = side.envelope.explain(value);
    return fault({
      code: 'bad-envelope',
      clause: clauseOfEnvelopeField(path),
      path,
      reason: `${type === undefined ? 'message' : describe(type)} has ${got} at ${describeName(path)}; expected ${expected}`,
      ...named,
    });
  }
  if (!known) return { kind: 'unknown', envelope: value };
  const { path, got, expected } = known.explain(value);
  return fault({
    code: 'bad-parameters',
    clause: clauseOfParameters(known.type, path),
    path,
    reason: `${describe(type)} has ${got} at ${describeName(path)}; expected ${expected}`,
    ...named,
    ...('seq' in value && typeof value.seq === 'number' ? { seq: value.seq } : {}),
  });
}

function refuseOverlong(
  { type, seq }: ClientMessage | ServerMessage,
  { path, text }: { readonly path: string; readonly text: string },
): { kind: 'fault'; fault: DecodeFault } {
  const reason = `${describe(type)} has ${describe(text)} at ${path}; expected a duration below 2^53 ns`;
  const refused = { clause: 'AC-DUR-1', path, reason, type } as const;
  return fault(
    path === '/position' ? { code: 'bad-envelope', ...refused } : { code: 'bad-parameters', ...refused, seq },
  );
}

function refuseUnknownFields<Message extends ClientMessage | ServerMessage>(decoded: {
  readonly kind: 'message';
  readonly message: Message;
}): typeof decoded | { readonly kind: 'fault'; readonly fault: DecodeFault } {
  const { message } = decoded;
  const [path] = unknownFields(message);
  if (path === undefined) return decoded;
  return fault({
    code: 'unknown-field',
    clause: 'AC-MSG-11',
    path,
    reason: `${describe(message.type)} has a field at ${describeName(path)} that the protocol does not know; expected none`,
    seq: message.seq,
    type: message.type,
  });
}

function fault(fault: DecodeFault): { kind: 'fault'; fault: DecodeFault } {
  return { kind: 'fault', fault };
}

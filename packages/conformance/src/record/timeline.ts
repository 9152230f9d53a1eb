import {
  type ClientMessageType,
  type Decoded,
  type DecodeFault,
  decodeServerMessage,
  type MediaParameter,
  PCMU_EXTERNAL,
  type ServerMessage,
} from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import type { CallEvent, Mark, RefusedFrameFact } from './call-event.js';
import type { CallRecord } from './call-record.js';

/** The state of the call from the client's point of view. */
export type Phase = 'connecting' | 'opening' | 'open' | 'closing' | 'closed';

/** A message of the client, with the fields that rules use. */
export interface SentMessage {
  readonly type: ClientMessageType | 'unknown';
  readonly seq: number;
  readonly text: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Positioned<T> = T & {
  readonly t: number;
  /** The index of the event in the record. */
  readonly index: number;
  readonly phase: Phase;
  /** Whether the bot has sent `disconnect` before. */
  readonly disconnected: boolean;
};

/** A decoded event of a call. */
export type TimelineItem =
  | Positioned<{
      readonly kind: 'response';
      readonly status: number;
      readonly head: string;
      readonly body: string;
    }>
  | Positioned<{ readonly kind: 'sent'; readonly message: SentMessage }>
  | Positioned<{ readonly kind: 'sent-audio'; readonly bytes: number }>
  | Positioned<Received>
  | Positioned<{ readonly kind: 'audio'; readonly bytes: Uint8Array }>
  | Positioned<{ readonly kind: 'mark'; readonly mark: Mark }>
  | Positioned<{
      readonly kind: 'end';
      readonly by: 'self' | 'peer' | 'loss';
      readonly code: number;
      readonly reason: string;
      readonly refused?: RefusedFrameFact;
    }>;

/** A decoded call, which the rules evaluate. */
export interface Timeline {
  readonly record: CallRecord;
  readonly items: readonly TimelineItem[];
  /** The media format that `opened` selected; before it, µ-law with one channel. */
  readonly media: MediaParameter;
  /** The time of the last event. */
  readonly endMs: number;
}

/** Decodes the events of a call, once for all rules. */
export function readTimeline(record: CallRecord): Timeline {
  const items: TimelineItem[] = [];
  let phase: Phase = 'connecting';
  let disconnected = false;
  let media: MediaParameter = PCMU_EXTERNAL;
  for (const [index, event] of record.events.entries()) {
    const at = { t: event.t, index, phase, disconnected };
    const item = readEvent(event, at);
    if (!item) continue;
    items.push(item);
    if (item.kind === 'sent') {
      if (item.message.type === 'open' && phase === 'connecting') phase = 'opening';
      if (item.message.type === 'close') phase = 'closing';
    }
    const type = typeOf(item);
    if (type === 'opened' && phase === 'opening') {
      phase = 'open';
      if (item.kind === 'message' && item.message.type === 'opened')
        media = item.message.parameters.media[0] ?? media;
    }
    if (type === 'disconnect') disconnected = true;
    if (type === 'closed' && phase === 'closing') phase = 'closed';
    if (item.kind === 'end') phase = 'closed';
  }
  return { record, items, media, endMs: record.events.reduce((last, { t }) => Math.max(last, t), 0) };
}

type Position = Pick<TimelineItem, 't' | 'index' | 'phase' | 'disconnected'>;

function readEvent(event: CallEvent, at: Position): TimelineItem | undefined {
  switch (event.kind) {
    case 'request':
      return undefined;
    case 'response':
      return { ...at, kind: 'response', status: event.status, head: event.head, body: event.body };
    case 'mark':
      return { ...at, kind: 'mark', mark: event };
    case 'audio':
      return event.dir === 'in'
        ? readBinary(event.bytes, at)
        : { ...at, kind: 'sent-audio', bytes: event.bytes.length };
    case 'end':
      return { ...at, ...event };
    case 'message':
      return event.dir === 'out'
        ? { ...at, kind: 'sent', message: readSent(event.text) }
        : { ...at, ...readReceived(event.text) };
  }
}

/** A message of the bot. `binaryBytes`: it arrived in a binary frame of this length. */
type Received = (
  | { readonly kind: 'message'; readonly message: ServerMessage; readonly text: string }
  | { readonly kind: 'unknown'; readonly type: string; readonly seq: number; readonly text: string }
  | { readonly kind: 'fault'; readonly fault: DecodeFault; readonly text: string }
) & { readonly binaryBytes?: number };

/** Decodes a message in a binary frame too, so that its wrong frame is its only fault. Before `opened` it is no answer. */
function readBinary(bytes: Uint8Array, at: Position): TimelineItem {
  const text = at.phase === 'connecting' || at.phase === 'opening' ? undefined : messageInBinary(bytes);
  return text === undefined
    ? { ...at, kind: 'audio', bytes }
    : { ...at, ...readReceived(text), binaryBytes: bytes.length };
}

/** A longer binary frame is not searched for a message, in bytes. */
const LONGEST_BINARY_MESSAGE = 16_384;

/** Returns the text of a message that the bot sent in a binary frame; undefined if the frame contains none. */
export function messageInBinary(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== '{'.charCodeAt(0) || bytes.length > LONGEST_BINARY_MESSAGE) return undefined;
  const text = new TextDecoder().decode(bytes);
  return typeof readObject(text)?.['type'] === 'string' ? text : undefined;
}

function readReceived(text: string): Received {
  const decoded: Decoded<ServerMessage, { readonly type: string; readonly seq: number }> =
    decodeServerMessage(text);
  switch (decoded.kind) {
    case 'message':
      return { kind: 'message', message: decoded.message, text };
    case 'unknown':
      return { kind: 'unknown', type: decoded.envelope.type, seq: decoded.envelope.seq, text };
    case 'fault':
      return { kind: 'fault', fault: decoded.fault, text };
  }
}

/** Returns the type of a message of the bot, even if the message is invalid. */
export function typeOf(item: TimelineItem): string | undefined {
  if (item.kind === 'message') return item.message.type;
  if (item.kind === 'unknown') return item.type;
  return item.kind === 'fault' ? item.fault.type : undefined;
}

/** Returns the `seq` of a message of the bot; undefined if it has none. */
export function seqOf(item: TimelineItem): number | undefined {
  if (item.kind === 'message') return item.message.seq;
  if (item.kind === 'unknown') return item.seq;
  return item.kind === 'fault' ? (item.fault.seq ?? numberAt(item.text, 'seq')) : undefined;
}

/** Returns an integer of the envelope, even if the message is otherwise invalid. */
export function numberAt(text: string, field: 'seq' | 'clientseq'): number | undefined {
  const value = readObject(text)?.[field];
  return Number.isInteger(value) ? Number(value) : undefined;
}

/** Parses a text frame as a JSON object; undefined if it is not one. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const CLIENT_TYPES: ReadonlySet<string> = new Set<ClientMessageType>([
  'open',
  'close',
  'ping',
  'error',
  'paused',
  'resumed',
  'discarded',
  'update',
  'dtmf',
  'playback_started',
  'playback_completed',
]);

function isClientType(type: unknown): type is ClientMessageType {
  return typeof type === 'string' && CLIENT_TYPES.has(type);
}

function readSent(text: string): SentMessage {
  const value = readObject(text) ?? {};
  const { type, seq, parameters } = value;
  return {
    type: isClientType(type) ? type : 'unknown',
    seq: typeof seq === 'number' ? seq : 0,
    text,
    parameters: isRecord(parameters) ? parameters : {},
  };
}

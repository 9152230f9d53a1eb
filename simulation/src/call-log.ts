import type { Packet } from './lane.js';
import type { Direction } from './network-conditions.js';

/** A message or frame that one side sent or the other received. */
export interface WireEntry {
  readonly atMs: number;
  /** `audio` for binary frames. */
  readonly type: string;
  /** 0 for audio. */
  readonly bytes: number;
  /** The message; undefined for audio, and for text that is not a JSON object. */
  readonly message: Message | undefined;
}

/** The fields of a message that the invariants check. */
export interface Message {
  readonly seq?: unknown;
  readonly serverseq?: unknown;
  readonly clientseq?: unknown;
  readonly position?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What one side reported to its sink. */
export interface ReportedEvent {
  readonly atMs: number;
  readonly dir: 'in' | 'out';
  readonly type: string;
  readonly bytes: number;
  /** The mark of µ-law audio; undefined for everything else. */
  readonly mark?: number;
  readonly message: Message | undefined;
}

/** The traffic of a call, as it was on the wire and as each side reported it. */
export class CallLog {
  readonly sent: Readonly<Record<Direction, WireEntry[]>> = { up: [], down: [] };
  readonly arrived: Readonly<Record<Direction, WireEntry[]>> = { up: [], down: [] };
  readonly reported: Readonly<Record<'client' | 'server', ReportedEvent[]>> = { client: [], server: [] };
  /** How often each side reported the end of its connection; it must report no traffic afterwards. */
  readonly reportedEnds: Record<'client' | 'server', number> = { client: 0, server: 0 };
  readonly reportedAfterEnd: string[] = [];
  /** Each text is read four times. */
  readonly #parsed = new Map<string, Message | undefined>();

  /** The entry of a packet; undefined if it is neither a message nor audio. */
  toEntry(packet: Packet, atMs: number): WireEntry | undefined {
    if (packet.kind === 'binary')
      return { atMs, type: 'audio', bytes: packet.bytes.length, message: undefined };
    if (packet.kind !== 'text') return undefined;
    const message = this.read(packet.text);
    return { atMs, type: message ? typeOf(message) : '?', bytes: 0, message };
  }

  /** The message in a text; undefined if the text is not a JSON object. */
  read(text: string): Message | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    const message = parse(text);
    this.#parsed.set(text, message);
    return message;
  }
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function typeOf(message: Message): string {
  return 'type' in message && typeof message.type === 'string' ? message.type : '?';
}

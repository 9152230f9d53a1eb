import type { Load } from './lane.js';
import type { Direction } from './network-conditions.js';

/** A message or frame as one side put it on the wire, or as it reached the other. */
export interface Passed {
  readonly atMs: number;
  /** `audio` for binary frames. */
  readonly type: string;
  /** 0 for audio. */
  readonly bytes: number;
  /** The message; undefined for audio, and for what is no object. */
  readonly message: Message | undefined;
}

/** The envelope of a message, as far as the checks look at it. */
export interface Message {
  readonly seq?: unknown;
  readonly serverseq?: unknown;
  readonly clientseq?: unknown;
  readonly position?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What one side told its sink. */
export interface ReportedEvent {
  readonly atMs: number;
  readonly dir: 'in' | 'out';
  readonly type: string;
  readonly bytes: number;
  /** The mark of µ-law audio; undefined for all else. */
  readonly mark?: number;
  readonly message: Message | undefined;
}

/** All that passed on the wire of a call, as the wire saw it and as each side told it. */
export class CallLog {
  readonly sent: Readonly<Record<Direction, Passed[]>> = { up: [], down: [] };
  readonly arrived: Readonly<Record<Direction, Passed[]>> = { up: [], down: [] };
  readonly reported: Readonly<Record<'client' | 'server', ReportedEvent[]>> = { client: [], server: [] };
  /** When each side told that its connection is over; nothing may be told after. */
  readonly reportedEnds: Record<'client' | 'server', number> = { client: 0, server: 0 };
  readonly reportedAfterEnd: string[] = [];
  /** The same text passes four times. */
  readonly #read = new Map<string, Message | undefined>();

  /** What passes, as far as it can be read; undefined for what is no message and no audio. */
  passed(load: Load, atMs: number): Passed | undefined {
    if (load.kind === 'binary') return { atMs, type: 'audio', bytes: load.bytes.length, message: undefined };
    if (load.kind !== 'text') return undefined;
    const message = this.read(load.text);
    return { atMs, type: message ? typeOf(message) : '?', bytes: 0, message };
  }

  /** The message in a text; undefined when there is none. */
  read(text: string): Message | undefined {
    if (this.#read.has(text)) return this.#read.get(text);
    const message = parse(text);
    this.#read.set(text, message);
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

import type { TraceHeader } from '../format/header.js';
import type { TraceRow } from '../format/row.js';
import { describeClientMessage, describeServerMessage } from '../ladder/describe-message.js';
import { type CallMedia, createCallMedia, headerMedia } from '../message/call-media.js';
import { readMessage, type SentMessage } from '../message/read-message.js';
import { type Lane, laneOf } from '../vantage.js';
import { canonical, type JsonValue, jsonObject } from './json.js';
import { normaliseMessage, normaliseText } from './normalise-message.js';

/** The parts of a message by which two calls are compared. */
export interface MessageFact {
  readonly t: number;
  /** Its type; `text` for a frame that is not a message. */
  readonly type: string;
  /** The type and the main content in a few words. */
  readonly words: string;
  readonly content: JsonValue;
  /** A text that is equal for equal content. */
  readonly key: string;
}

/** Continuous audio of the bot. */
export interface Utterance {
  readonly t: number;
  readonly lastsMs: number;
}

/** Periodic messages: their number depends only on the length of the call. */
const PERIODIC: ReadonlySet<string> = new Set(['ping', 'pong']);

/** Collects, row by row, the facts of a trace for a comparison. Messages are not kept. */
export class CallFacts {
  readonly utterances: Utterance[] = [];
  /** The clauses that were violated, without duplicates. */
  readonly clauses = new Set<string>();
  /** The HTTP status of the response to the upgrade. */
  status: number | undefined;
  /** Who ended the connection and how, in words. */
  end: string | undefined;
  readonly #header: TraceHeader;
  readonly #ignoreText: boolean;
  readonly #media: CallMedia;
  #current = false;

  constructor(header: TraceHeader, ignoreText: boolean) {
    this.#header = header;
    this.#ignoreText = ignoreText;
    this.#media = createCallMedia(headerMedia(header));
  }

  /** Adds a row. Returns its message if messages of this type are compared. */
  push(row: TraceRow): { readonly lane: Lane; readonly fact: MessageFact } | undefined {
    const { vantage } = this.#header;
    switch (row.kind) {
      case 'message': {
        const lane = laneOf(vantage, row.dir);
        const sent = readMessage(lane, row.text);
        this.#media.see(sent);
        const fact = messageFact(row.t, row.text, sent, this.#ignoreText);
        if (fact.type === 'playback_completed') this.#current = false;
        return PERIODIC.has(fact.type) ? undefined : { lane, fact };
      }
      case 'audio':
        if (laneOf(vantage, row.dir) === 'bot') this.#botAudio(row.t, row.bytes);
        return undefined;
      case 'response':
        this.status = row.status;
        return undefined;
      case 'violation':
        this.clauses.add(row.clause);
        return undefined;
      case 'end': {
        const side = (row.by === 'self') === (vantage === 'client') ? 'client' : 'server';
        this.end = row.by === 'loss' ? `lost (${row.code})` : `closed by the ${side} with ${row.code}`;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #botAudio(t: number, bytes: number): void {
    const lastsMs = this.#media.lastsMs('bot', bytes);
    const last = this.#current ? this.utterances.pop() : undefined;
    this.utterances.push({ t: last?.t ?? t, lastsMs: (last?.lastsMs ?? 0) + lastsMs });
    this.#current = true;
  }
}

function messageFact(t: number, text: string, sent: SentMessage, ignoreText: boolean): MessageFact {
  const object = jsonObject(text);
  if (!object)
    return { t, type: 'text', words: 'a text frame that is not a message', content: text, key: text };
  const type = typeof object['type'] === 'string' ? object['type'] : 'text';
  return {
    t,
    type,
    words: [type, describeSent(sent)].filter(Boolean).join(' '),
    ...comparable(text, object, ignoreText),
  };
}

/** What is compared of a message: its text if it is nested deeper than the stack allows. */
function comparable(
  text: string,
  object: Readonly<Record<string, JsonValue>>,
  ignoreText: boolean,
): Pick<MessageFact, 'content' | 'key'> {
  try {
    const content = normaliseMessage(object, ignoreText);
    return { content, key: canonical(content) };
  } catch {
    const content = normaliseText(text);
    return { content, key: content };
  }
}

function describeSent(sent: SentMessage): string {
  if (!('message' in sent)) return '';
  return sent.lane === 'caller' ? describeClientMessage(sent.message) : describeServerMessage(sent.message);
}

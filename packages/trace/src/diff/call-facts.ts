import type { Trace } from '../format/trace.js';
import { describeClientMessage, describeServerMessage } from '../ladder/describe-message.js';
import { createCallMedia, headerMedia } from '../message/call-media.js';
import { readMessage, type SentMessage } from '../message/read-message.js';
import { type Lane, laneOf } from '../vantage.js';
import { withoutAccidents } from './accidental.js';
import { canonical, type JsonValue, jsonObject } from './json.js';

/** A message as far as two calls are compared by it. */
export interface MessageFact {
  readonly t: number;
  /** Its type; `text` for a frame that is no message. */
  readonly type: string;
  /** Type and what matters of it, in a few words. */
  readonly words: string;
  readonly content: JsonValue;
  /** The same text for equal content. */
  readonly key: string;
}

/** Audio of the bot that was heard as one. */
export interface Utterance {
  readonly t: number;
  readonly lastsMs: number;
}

/** What of a call is compared. */
export interface CallFacts {
  readonly messages: Readonly<Record<Lane, readonly MessageFact[]>>;
  readonly utterances: readonly Utterance[];
  /** The HTTP status of the answer to the upgrade. */
  readonly status: number | undefined;
  /** Who ended the connection and how, in words. */
  readonly end: string | undefined;
  /** The rules that were broken, each once. */
  readonly clauses: ReadonlySet<string>;
}

/** They come by the clock, so that their number says how long a call was and nothing else. */
const BY_THE_CLOCK: ReadonlySet<string> = new Set(['ping', 'pong']);

/** What of a trace is compared with another. */
export function callFacts(trace: Pick<Trace, 'header' | 'rows'>, ignoreText: boolean): CallFacts {
  const { header, rows } = trace;
  const media = createCallMedia(headerMedia(header));
  const messages: Record<Lane, MessageFact[]> = { caller: [], bot: [] };
  const utterances: Utterance[] = [];
  const clauses = new Set<string>();
  let going = false;
  let status: number | undefined;
  let end: string | undefined;
  for (const row of rows) {
    switch (row.kind) {
      case 'message': {
        const lane = laneOf(header.vantage, row.dir);
        const sent = readMessage(lane, row.text);
        media.see(sent);
        const fact = messageFact(row.t, row.text, sent, ignoreText);
        if (!BY_THE_CLOCK.has(fact.type)) messages[lane].push(fact);
        if (fact.type === 'playback_completed') going = false;
        break;
      }
      case 'audio': {
        if (laneOf(header.vantage, row.dir) === 'caller') break;
        const lastsMs = media.lastsMs('bot', row.bytes);
        const last = going ? utterances.pop() : undefined;
        utterances.push({ t: last?.t ?? row.t, lastsMs: (last?.lastsMs ?? 0) + lastsMs });
        going = true;
        break;
      }
      case 'response':
        status = row.status;
        break;
      case 'violation':
        clauses.add(row.clause);
        break;
      case 'end': {
        const side = (row.by === 'self') === (header.vantage === 'client') ? 'client' : 'server';
        end = row.by === 'loss' ? `lost (${row.code})` : `closed by the ${side} with ${row.code}`;
        break;
      }
    }
  }
  return { messages, utterances, status, end, clauses };
}

function messageFact(t: number, text: string, sent: SentMessage, ignoreText: boolean): MessageFact {
  const object = jsonObject(text);
  if (!object) return { t, type: 'text', words: 'a text frame that is no message', content: text, key: text };
  const content = withoutAccidents(object, ignoreText);
  const type = typeof object['type'] === 'string' ? object['type'] : 'text';
  return { t, type, words: [type, said(sent)].filter(Boolean).join(' '), content, key: canonical(content) };
}

function said(sent: SentMessage): string {
  if (!('message' in sent)) return '';
  return sent.lane === 'caller' ? describeClientMessage(sent.message) : describeServerMessage(sent.message);
}

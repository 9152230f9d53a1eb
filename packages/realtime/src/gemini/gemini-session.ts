import { randomUUID } from 'node:crypto';
import { CONTINUE_PROMPT, type ServiceHost, type ServiceLink } from '../service/service.js';
import { audioOf, base64, finite, isRecord, type Json, record, records, text } from '../wire/json.js';
import type { Wire } from '../wire/wire-session.js';
import * as messages from './messages.js';

/** Maximum number of tool requests that are remembered, those without a result and those that are over each. */
const MAX_REQUESTS = 100;

/** Maximum number of characters of a text that waits for its reply. */
const MAX_WAITING_CHARS = 10_000;

/** A reply that the session has stopped has no rest to drop if none of it has arrived for this long, in milliseconds. */
const NO_REST_MS = 1000;

/** One session of the Live API. Its replies have no ids, so they are numbered here. */
export class GeminiSession implements ServiceLink {
  readonly #host: ServiceHost;
  /** Requests without a result, by the id that the session knows. */
  readonly #requests = new Map<string, messages.ToolRequest>();
  /** Ids of requests that were answered or cancelled, of which the session takes no repetition. */
  readonly #overIds = new Set<string>();
  #replies = 0;
  #generating = false;
  /** Whether the session has stopped the reply: audio that still arrives belongs to it. */
  #stopped = false;
  #lastAudioMs = 0;
  #callerText = '';
  /** Text of a reply that has not started yet. */
  #earlyText = '';
  /** Whether the model's turn is over, and so text of it may belong to the next one. */
  #turnOver = true;
  /** Whether the model has done nothing in its turn so far. */
  #turnEmpty = true;
  /** Whether the model is to reply to something. */
  #replyDue = false;
  #wire: Wire | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  onMessage(message: Json, wire: Wire): void {
    const host = this.#host;
    if (isRecord(message['setupComplete'])) wire.ready();
    if (isRecord(message['serverContent'])) this.#content(message['serverContent']);
    for (const call of records(record(message['toolCall'])['functionCalls'])) this.#toolCall(call);
    const cancelled = record(message['toolCallCancellation'])['ids'];
    if (Array.isArray(cancelled)) for (const id of cancelled) this.#toolCancelled(text(id));
    this.#resumption(record(message['sessionResumptionUpdate']));
    if (isRecord(message['goAway'])) host.expires(durationMs(message['goAway']['timeLeft']));
    if (isRecord(message['usageMetadata'])) this.#usage(message['usageMetadata']);
  }

  /** The session is ready. */
  start(wire: Wire): void {
    this.#wire = wire;
  }

  audio(bytes: Uint8Array): void {
    this.#wire?.sendText(
      `{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"${base64(bytes)}"}}}`,
    );
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedBytes ?? 0;
  }

  /** While a tool request waits for its result, the service answers caller audio by closing the connection with 1008. */
  get audioHeld(): boolean {
    return this.#requests.size > 0;
  }

  text(words: string, reply: boolean): void {
    if (reply) this.#onAsked();
    this.#wire?.send(messages.callerMessage(words, reply));
  }

  ask(words?: string): void {
    this.#onAsked();
    this.#wire?.send(messages.callerMessage(words === undefined ? CONTINUE_PROMPT : `Say: ${words}`, true));
  }

  interrupted(): void {
    this.#stopped = this.#generating;
  }

  toolResult(id: string, result: unknown, reply: boolean): void {
    this.#replyDue ||= reply;
    this.#turnOver = true;
    this.#wire?.send(messages.toolResult(this.#requests.get(id) ?? { id, name: '' }, result));
    this.#onRequestOver(id);
  }

  close(): void {
    this.#wire?.close();
  }

  get #id(): string {
    return `reply-${this.#replies}`;
  }

  /** The model is asked for a reply. The end of one that has stalled may never arrive: what arrives next is the answer. */
  #onAsked(): void {
    this.#replyDue = true;
    if (!this.#stopped || this.#host.clock.now() - this.#lastAudioMs < NO_REST_MS) return;
    this.#endReply('cancelled');
    this.#turnOver = true;
  }

  #content(content: Json): void {
    const host = this.#host;
    const callerText = text(record(content['inputTranscription'])['text']);
    if (callerText !== '') {
      this.#callerText = (this.#callerText + callerText).slice(0, MAX_WAITING_CHARS);
      // What the model is replying to is often transcribed late.
      if (!this.#generating) this.#replyDue = true;
      host.text('caller', callerText, { final: false });
    }
    if (content['interrupted'] === true) {
      host.interrupted(this.#id);
      this.#endReply('cancelled');
      this.#replyDue = true;
      this.#turnEmpty = false;
    }
    for (const part of records(record(content['modelTurn'])['parts'])) {
      const bytes = audioOf(record(part['inlineData'])['data']);
      if (!bytes) continue;
      this.#startReply();
      this.#lastAudioMs = host.clock.now();
      host.audio(this.#id, this.#id, bytes);
    }
    const botText = text(record(content['outputTranscription'])['text']);
    // Text arrives in any order with the audio: even after its end or before its start.
    const isEarly = !this.#generating && this.#turnOver && (this.#replyDue || this.#replies === 0);
    if (isEarly) this.#earlyText = (this.#earlyText + botText).slice(0, MAX_WAITING_CHARS);
    else if (botText !== '') host.text('bot', botText, { final: false, replyId: this.#id, part: this.#id });
    if (content['generationComplete'] === true || content['turnComplete'] === true) this.#endReply('done');
    if (content['turnComplete'] === true) this.#endTurn();
  }

  #endTurn(): void {
    // The model ends a turn without having said anything, although somebody waits for it.
    if (this.#turnEmpty && this.#replyDue) {
      this.#replyDue = false;
      this.#replies += 1;
      this.#reportCallerText();
      this.#host.replyDone(this.#id, 'done');
    }
    this.#turnOver = true;
    this.#turnEmpty = true;
  }

  #startReply(): void {
    if (this.#generating) return;
    this.#generating = true;
    this.#replies += 1;
    this.#turnOver = false;
    this.#turnEmpty = false;
    this.#replyDue = false;
    this.#reportCallerText();
    this.#host.replyStarted(this.#id);
    if (this.#earlyText !== '')
      this.#host.text('bot', this.#earlyText, { final: false, replyId: this.#id, part: this.#id });
    this.#earlyText = '';
  }

  #endReply(how: 'done' | 'cancelled'): void {
    if (!this.#generating) return;
    this.#generating = false;
    this.#stopped = false;
    this.#host.replyDone(this.#id, how);
  }

  /** Reports the caller's text as final: the model replies to it. */
  #reportCallerText(): void {
    if (this.#callerText === '') return;
    this.#host.text('caller', this.#callerText, { final: true });
    this.#callerText = '';
  }

  #toolCall(call: Json): void {
    const given = text(call['id']);
    const name = text(call['name']);
    // Without an id, a request must not be taken for a repetition of another one, also of an earlier connection.
    const id = given || randomUUID();
    this.#turnEmpty = false;
    this.#replyDue = false;
    this.#reportCallerText();
    // The service reports no end of what the model has said before, and the model says no more without the result.
    this.#endReply('done');
    if (this.#overIds.has(id)) {
      // Without any result, the service would wait for it, and take no audio, for the rest of the session.
      this.#turnOver = true;
      this.#wire?.send(
        messages.toolResult({ id, name }, { error: 'a request with this id was made before' }),
      );
      return;
    }
    if (this.#requests.size >= MAX_REQUESTS) this.#requests.clear();
    this.#requests.set(id, given === '' ? { name } : { id, name });
    this.#host.toolCall(id, name, JSON.stringify(call['args'] ?? {}));
  }

  #toolCancelled(id: string): void {
    this.#onRequestOver(id);
    this.#host.toolCancelled(id);
  }

  #onRequestOver(id: string): void {
    this.#requests.delete(id);
    this.#overIds.add(id);
    if (this.#overIds.size <= MAX_REQUESTS) return;
    const [oldest] = this.#overIds;
    if (oldest !== undefined) this.#overIds.delete(oldest);
  }

  /**
   * Keeps the handle from before a tool request until its result is sent: only this connection knows the name of the
   * request, which the result must repeat. The service itself does not count as resumable meanwhile.
   */
  #resumption(update: Json): void {
    const handle = text(update['newHandle']);
    if (update['resumable'] === true && handle !== '' && this.#requests.size === 0)
      this.#host.resumable(handle);
  }

  #usage(usage: Json): void {
    const input = finite(usage['promptTokenCount']);
    const output = finite(usage['responseTokenCount']);
    this.#host.usage({
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
    });
  }
}

/** Parses a Google duration such as `9.5s` to milliseconds; 0 if it is not valid. */
function durationMs(value: unknown): number {
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(text(value))?.[1]);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

import type { ServiceHost, ServiceLink } from '../service/service.js';
import { audioOf, base64, finite, isRecord, type Json, record, records, text } from '../wire/json.js';
import type { Wire } from '../wire/wire-session.js';
import * as messages from './messages.js';

/** Names of tool requests that are remembered for their answers. */
const MAX_REQUESTS = 100;

const GO_ON = 'The caller is on the line and waits for you to speak.';

/** One session of the Live API. It names no replies, so they are counted here. */
export class GeminiSession {
  readonly #host: ServiceHost;
  readonly #toolNames = new Map<string, string>();
  #replies = 0;
  #making = false;
  #callerSays = '';
  /** Words of a reply that has not begun. */
  #early = '';
  #turnOver = true;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  read(message: Json, wire: Wire): void {
    const host = this.#host;
    if (isRecord(message['setupComplete'])) wire.ready();
    if (isRecord(message['serverContent'])) this.#content(message['serverContent']);
    for (const call of records(record(message['toolCall'])['functionCalls'])) this.#toolCall(call);
    const cancelled = record(message['toolCallCancellation'])['ids'];
    if (Array.isArray(cancelled)) for (const id of cancelled) host.toolCancelled(text(id));
    const update = record(message['sessionResumptionUpdate']);
    if (update['resumable'] === true && text(update['newHandle']) !== '')
      host.resumable(text(update['newHandle']));
    if (isRecord(message['goAway'])) host.expires(durationMs(message['goAway']['timeLeft']));
    if (isRecord(message['usageMetadata'])) this.#usage(message['usageMetadata']);
  }

  link(wire: Wire): ServiceLink {
    return {
      audio: (bytes) =>
        wire.sendText(
          `{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"${base64(bytes)}"}}}`,
        ),
      get bufferedBytes() {
        return wire.bufferedBytes;
      },
      text: (words, reply) => wire.send(messages.callerSaid(words, reply)),
      ask: (words) => wire.send(messages.callerSaid(words === undefined ? GO_ON : `Say: ${words}`, true)),
      toolResult: (id, result) => {
        wire.send(messages.toolResult(id, this.#toolNames.get(id) ?? '', result));
        this.#toolNames.delete(id);
      },
      close: () => wire.close(),
    };
  }

  get #id(): string {
    return `reply-${this.#replies}`;
  }

  #content(content: Json): void {
    const host = this.#host;
    const heard = text(record(content['inputTranscription'])['text']);
    if (heard !== '') {
      this.#callerSays += heard;
      host.text('caller', heard, { final: false });
    }
    if (content['interrupted'] === true) {
      if (this.#replies > 0) host.interrupted(this.#id);
      this.#over('cancelled');
    }
    for (const part of records(record(content['modelTurn'])['parts'])) {
      const bytes = audioOf(record(part['inlineData'])['data']);
      if (!bytes) continue;
      this.#begin();
      host.audio(this.#id, this.#id, bytes);
    }
    const said = text(record(content['outputTranscription'])['text']);
    // Words come in no order with the audio: also after its end, or before its begin.
    if (said !== '' && !this.#making && this.#turnOver) this.#early += said;
    else if (said !== '') host.text('bot', said, { final: false, replyId: this.#id, part: this.#id });
    if (content['generationComplete'] === true || content['turnComplete'] === true) this.#over('done');
    if (content['turnComplete'] === true) this.#turnOver = true;
  }

  #begin(): void {
    if (this.#making) return;
    this.#making = true;
    this.#replies += 1;
    this.#turnOver = false;
    this.#tellCaller();
    this.#host.replyStarted(this.#id);
    if (this.#early !== '')
      this.#host.text('bot', this.#early, { final: false, replyId: this.#id, part: this.#id });
    this.#early = '';
  }

  #over(how: 'done' | 'cancelled'): void {
    if (!this.#making) return;
    this.#making = false;
    this.#host.replyDone(this.#id, how);
  }

  /** The model answers: what the caller said is whole. */
  #tellCaller(): void {
    if (this.#callerSays === '') return;
    this.#host.text('caller', this.#callerSays, { final: true });
    this.#callerSays = '';
  }

  #toolCall(call: Json): void {
    const id = text(call['id']);
    const name = text(call['name']);
    this.#tellCaller();
    if (this.#toolNames.size >= MAX_REQUESTS) this.#toolNames.clear();
    this.#toolNames.set(id, name);
    this.#host.toolCall(id, name, JSON.stringify(call['args'] ?? {}));
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

/** A duration as Google writes it, `9.5s`; what is none is now. */
function durationMs(value: unknown): number {
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(text(value))?.[1]);
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

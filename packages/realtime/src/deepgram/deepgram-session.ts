import type { Cancel } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import type { ServiceHost, ServiceLink } from '../service/service.js';
import { type Json, records, text } from '../wire/json.js';
import { withoutKeys } from '../wire/wire-error.js';
import type { Wire } from '../wire/wire-session.js';
import * as messages from './messages.js';

/** Without caller audio for so long the service is told that the call still lasts; it wants that every 8 s. */
const KEEP_ALIVE_MS = 5000;

/** The service tells the begin of speech and its words, not its end: without words it is over by then. */
const MAX_WORDLESS_MS = 10_000;

/** Names of tool requests that are remembered for their answers. */
const MAX_REQUESTS = 100;

const GO_ON = 'The caller is on the line and waits for you to speak.';

/** One session of the Voice Agent. It names no replies, so they are counted here. */
export class DeepgramSession {
  readonly #host: ServiceHost;
  readonly #keys: readonly string[];
  readonly #toolNames = new Map<string, string>();
  #greets: boolean;
  #replies = 0;
  #making = false;
  /** The caller spoke into the reply: what still comes of it belongs to it. */
  #talkedOver = false;
  #endSpeech: Cancel | undefined;
  #keepAlive: Cancel | undefined;
  #heardAudio = false;

  /** @param greets - whether the agent speaks first by itself */
  constructor(host: ServiceHost, keys: readonly string[], greets: boolean) {
    this.#host = host;
    this.#keys = keys;
    this.#greets = greets;
  }

  audio(bytes: Uint8Array): void {
    this.#begin();
    this.#host.audio(this.#id, this.#id, bytes);
  }

  read(message: Json, wire: Wire): void {
    const host = this.#host;
    switch (message['type']) {
      case 'SettingsApplied':
        wire.ready();
        break;
      case 'UserStartedSpeaking':
        this.#talkedOver = this.#making;
        this.#endSpeech?.();
        this.#endSpeech = host.clock.after(MAX_WORDLESS_MS, () => this.#speechEnds());
        host.speech('start');
        break;
      case 'AgentThinking':
      case 'AgentStartedSpeaking':
        this.#nextReply();
        break;
      case 'AgentAudioDone':
        if (this.#making) host.replyDone(this.#id, 'done');
        this.#making = false;
        break;
      case 'ConversationText':
        this.#said(text(message['role']), text(message['content']));
        break;
      case 'FunctionCallRequest':
        this.#toolCalls(message);
        break;
      case 'FunctionCallCancelled':
        for (const { id } of records(message['functions'])) host.toolCancelled(text(id));
        break;
      case 'InjectionRefused':
        host.problem({ code: 'INJECTION_REFUSED', message: this.#words(message['message']), fatal: false });
        break;
      case 'Warning':
        host.problem({
          code: text(message['code']),
          message: this.#words(message['description']),
          fatal: false,
        });
        break;
      case 'Error':
        wire.refuse(
          new RealtimeError(
            codeOf(text(message['code']), wire.isReady),
            this.#words(message['description'] ?? message['message']),
          ),
        );
        break;
    }
  }

  link(wire: Wire): ServiceLink {
    const stayAlive = () => {
      this.#keepAlive = this.#host.clock.after(KEEP_ALIVE_MS, () => {
        if (!this.#heardAudio) wire.send(messages.keepAlive());
        this.#heardAudio = false;
        stayAlive();
      });
    };
    stayAlive();
    return {
      audio: (bytes) => {
        this.#heardAudio = true;
        wire.sendBytes(bytes);
      },
      get bufferedBytes() {
        return wire.bufferedBytes;
      },
      text: (words, reply) => wire.send(reply ? messages.callerSaid(words) : messages.context(words)),
      ask: (words) => {
        if (words !== undefined) wire.send(messages.botSays(words));
        // The greeting of the settings comes by itself.
        else if (!this.#greets) wire.send(messages.callerSaid(GO_ON));
        this.#greets = false;
      },
      toolResult: (id, result) => {
        wire.send(messages.toolResult(id, this.#toolNames.get(id) ?? '', result));
        this.#toolNames.delete(id);
      },
      close: () => {
        this.close();
        wire.close();
      },
    };
  }

  /** Stops the timers. */
  close(): void {
    this.#keepAlive?.();
    this.#endSpeech?.();
    this.#endSpeech = undefined;
  }

  get #id(): string {
    return `reply-${this.#replies}`;
  }

  #begin(): void {
    if (this.#making) return;
    this.#making = true;
    this.#replies += 1;
    if (!this.#talkedOver) this.#speechEnds();
    this.#host.replyStarted(this.#id);
  }

  /** What comes from here on is not of the reply that was talked over. */
  #nextReply(): void {
    this.#speechEnds();
    if (!this.#talkedOver) return;
    this.#talkedOver = false;
    if (this.#making) this.#host.replyDone(this.#id, 'cancelled');
    this.#making = false;
  }

  #speechEnds(): void {
    if (!this.#endSpeech) return;
    this.#endSpeech();
    this.#endSpeech = undefined;
    this.#host.speech('end');
  }

  #said(role: string, content: string): void {
    if (role === 'user') {
      this.#host.text('caller', content, { final: true });
      this.#nextReply();
    } else {
      this.#begin();
      // Sentences, one after the other.
      this.#host.text('bot', `${content} `, { final: false, replyId: this.#id, part: this.#id });
    }
  }

  #toolCalls(message: Json): void {
    for (const request of records(message['functions'])) {
      // The others are run by the service itself.
      if (request['client_side'] === false) continue;
      const id = text(request['id']);
      const name = text(request['name']);
      if (this.#toolNames.size >= MAX_REQUESTS) this.#toolNames.clear();
      this.#toolNames.set(id, name);
      this.#host.toolCall(id, name, text(request['arguments']));
    }
  }

  #words(words: unknown): string {
    return `deepgram: ${withoutKeys(text(words) || 'without words', this.#keys)}`;
  }
}

function codeOf(code: string, ready: boolean) {
  if (/AUTH|CREDENTIALS/i.test(code)) return 'SERVICE_UNAUTHORIZED';
  if (/RATE|QUOTA|LIMIT/i.test(code)) return 'SERVICE_LIMITED';
  return ready ? 'SERVICE_LOST' : 'SERVICE_REFUSED';
}

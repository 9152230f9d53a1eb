import type { Cancel } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { CONTINUE_PROMPT, type ServiceHost, type ServiceLink } from '../service/service.js';
import { type Json, records, text } from '../wire/json.js';
import { redactedCode, redactKeys } from '../wire/wire-error.js';
import type { Wire } from '../wire/wire-session.js';
import * as messages from './messages.js';

/** Without caller audio for this long a keep-alive is sent, in milliseconds. The service expects one every 8 s. */
const KEEP_ALIVE_MS = 5000;

/** The service reports no end of speech: without a transcript, speech ends after this many milliseconds. */
const MAX_SPEECH_MS = 10_000;

/** Maximum number of tool requests whose names are remembered for their results. */
const MAX_REQUESTS = 100;

/** Maximum number of messages of the session whose repetition by the service is awaited. */
const MAX_ECHOES = 16;

/** One session of the Voice Agent. Its replies have no ids, so they are numbered here. */
export class DeepgramSession implements ServiceLink {
  readonly #host: ServiceHost;
  readonly #keys: readonly string[];
  readonly #toolNames = new Map<string, string>();
  #greetingPending: boolean;
  #replies = 0;
  #generating = false;
  /** Text of the agent begins a reply. Otherwise it belongs to the last one, whose audio is complete: nothing would end another. */
  #replyAwaited = true;
  /** The reply was interrupted: audio that still arrives belongs to it until the agent takes its next turn. */
  #interrupted = false;
  #endSpeech: Cancel | undefined;
  #keepAlive: Cancel | undefined;
  #audioSent = false;
  /** Messages of the session that the service may report as words of the caller. */
  #echoes: readonly string[] = [];
  #wire: Wire | undefined;

  /** @param greets - whether the agent speaks first by itself */
  constructor(host: ServiceHost, keys: readonly string[], greets: boolean) {
    this.#host = host;
    this.#keys = keys;
    this.#greetingPending = greets;
  }

  /** Audio of the agent arrived. */
  onAudio(bytes: Uint8Array): void {
    this.#begin();
    this.#host.audio(this.#id, this.#id, bytes);
  }

  onMessage(message: Json, wire: Wire): void {
    const host = this.#host;
    switch (message['type']) {
      case 'SettingsApplied':
        wire.ready();
        break;
      case 'UserStartedSpeaking':
        this.#interrupted = this.#generating;
        this.#endSpeech?.();
        this.#endSpeech = host.clock.after(MAX_SPEECH_MS, () => this.#reportSpeechEnd());
        host.speech('start');
        break;
      case 'AgentThinking':
      case 'AgentStartedSpeaking':
        this.#replyAwaited = true;
        this.#nextReply();
        break;
      case 'AgentAudioDone':
        if (this.#generating) host.replyDone(this.#id, 'done');
        this.#generating = false;
        this.#replyAwaited = false;
        break;
      case 'ConversationText':
        this.#onText(text(message['role']), text(message['content']));
        break;
      case 'FunctionCallRequest':
        this.#toolCalls(message);
        break;
      case 'FunctionCallCancelled':
        for (const { id } of records(message['functions'])) host.toolCancelled(text(id));
        break;
      case 'InjectionRefused':
        host.problem({
          code: 'INJECTION_REFUSED',
          message: this.#redacted(message['message']),
          fatal: false,
        });
        break;
      case 'Warning':
        host.problem({
          code: redactedCode(text(message['code']), this.#keys),
          message: this.#redacted(message['description']),
          fatal: false,
        });
        break;
      case 'Error':
        wire.refuse(
          new RealtimeError(
            codeOf(text(message['code']), wire.isReady),
            this.#redacted(message['description'] ?? message['message']),
          ),
        );
        break;
    }
  }

  /** The session is ready: starts to send keep-alives. */
  start(wire: Wire): void {
    this.#wire = wire;
    this.#scheduleKeepAlive(wire);
  }

  audio(bytes: Uint8Array): void {
    this.#audioSent = true;
    this.#wire?.sendBytes(bytes);
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedBytes ?? 0;
  }

  text(words: string, reply: boolean): void {
    if (reply) this.#inject(words);
    else this.#wire?.send(messages.context(words));
  }

  ask(words?: string): void {
    this.#replyAwaited = true;
    if (words !== undefined) this.#wire?.send(messages.agentMessage(words));
    // The greeting of the settings needs no request.
    else if (!this.#greetingPending) this.#inject(CONTINUE_PROMPT);
    this.#greetingPending = false;
  }

  interrupted(): void {
    this.#interrupted = this.#generating;
  }

  toolResult(id: string, result: unknown): void {
    this.#replyAwaited = true;
    this.#wire?.send(messages.toolResult(id, this.#toolNames.get(id) ?? '', result));
    this.#toolNames.delete(id);
  }

  close(): void {
    this.#keepAlive?.();
    this.#endSpeech?.();
    this.#endSpeech = undefined;
    this.#wire?.close();
  }

  /** Sends a message of the caller, to which the agent replies. */
  #inject(words: string): void {
    this.#replyAwaited = true;
    this.#greetingPending = false;
    this.#echoes = [...this.#echoes, words].slice(-MAX_ECHOES);
    this.#wire?.send(messages.callerMessage(words));
  }

  #scheduleKeepAlive(wire: Wire): void {
    this.#keepAlive = this.#host.clock.after(KEEP_ALIVE_MS, () => {
      if (!this.#audioSent) wire.send(messages.keepAlive());
      this.#audioSent = false;
      this.#scheduleKeepAlive(wire);
    });
  }

  get #id(): string {
    return `reply-${this.#replies}`;
  }

  #begin(): void {
    if (this.#generating) return;
    this.#generating = true;
    this.#greetingPending = false;
    this.#replies += 1;
    if (!this.#interrupted) this.#reportSpeechEnd();
    this.#host.replyStarted(this.#id);
  }

  /** Audio from here on belongs to the next reply. */
  #nextReply(): void {
    this.#reportSpeechEnd();
    if (!this.#interrupted) return;
    this.#interrupted = false;
    if (this.#generating) this.#host.replyDone(this.#id, 'cancelled');
    this.#generating = false;
  }

  #reportSpeechEnd(): void {
    if (!this.#endSpeech) return;
    this.#endSpeech();
    this.#endSpeech = undefined;
    this.#host.speech('end');
  }

  #onText(role: string, content: string): void {
    if (role === 'user') {
      const echo = this.#echoes.indexOf(content);
      if (echo >= 0) this.#echoes = this.#echoes.slice(echo + 1);
      else this.#host.text('caller', content, { final: true });
      this.#replyAwaited = true;
      this.#nextReply();
    } else {
      if (this.#replyAwaited) this.#begin();
      // The service sends whole sentences.
      this.#host.text('bot', `${content} `, { final: false, replyId: this.#id, part: this.#id });
    }
  }

  #toolCalls(message: Json): void {
    for (const request of records(message['functions'])) {
      // The service runs the others itself.
      if (request['client_side'] === false) continue;
      const id = text(request['id']);
      const name = text(request['name']);
      if (this.#toolNames.size >= MAX_REQUESTS) this.#toolNames.clear();
      this.#toolNames.set(id, name);
      this.#host.toolCall(id, name, text(request['arguments']));
    }
  }

  #redacted(words: unknown): string {
    return `deepgram: ${redactKeys(text(words) || 'no error message', this.#keys)}`;
  }
}

function codeOf(code: string, ready: boolean) {
  if (/AUTH|CREDENTIALS/i.test(code)) return 'SERVICE_UNAUTHORIZED';
  if (/RATE|QUOTA|LIMIT/i.test(code)) return 'SERVICE_LIMITED';
  return ready ? 'SERVICE_LOST' : 'SERVICE_REFUSED';
}

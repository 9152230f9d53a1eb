import type { Cancel } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import { codeOfWords } from '../refusal-words.js';
import { CONTINUE_PROMPT, type ServiceHost, type ServiceLink } from '../service/service.js';
import { audioOf, base64, finite, type Json, record, text } from '../wire/json.js';
import { redactedCode, redactKeys } from '../wire/wire-error.js';
import type { Wire } from '../wire/wire-session.js';
import type { AgentAudio } from './agent-audio.js';
import * as messages from './messages.js';

/** The service reports no end of a reply: it ends after this many milliseconds without audio. */
const REPLY_IDLE_MS = 1000;

/** Maximum number of messages that wait for the resampler to be loaded, which takes milliseconds. */
const MAX_EARLY_MESSAGES = 500;

/** One session with an agent. Its replies have no ids, so they are numbered here. */
export class ElevenLabsSession implements ServiceLink {
  readonly #host: ServiceHost;
  readonly #audio: AgentAudio;
  readonly #keys: readonly string[];
  #replies = 0;
  #generating = false;
  #idle: Cancel | undefined;
  /** Audio with this event id or a lower one is discarded. */
  #discardUpTo = Number.NEGATIVE_INFINITY;
  #lastAudio = Number.NEGATIVE_INFINITY;
  /** Whether all audio of a reply has the same event id: the service has sent an id more than once. */
  #idPerReply = false;
  /** The session stopped the replies so far: audio belongs to them until the service names the next one. */
  #stopped = false;
  /** Text of a reply whose audio has not arrived yet. */
  #earlyText = '';
  #firstMessagePending: boolean;
  /** Messages since the formats are known, until audio can be converted. */
  #early: Json[] | undefined;
  #cancelDrain: Cancel | undefined;
  #wire: Wire | undefined;

  /** @param greets - whether the agent may say a first message by itself */
  constructor(host: ServiceHost, audio: AgentAudio, keys: readonly string[], greets: boolean) {
    this.#host = host;
    this.#audio = audio;
    this.#keys = keys;
    this.#firstMessagePending = greets;
  }

  onMessage(message: Json, wire: Wire): void {
    if (!this.#early) {
      this.#handle(message, wire);
    } else if (this.#early.length < MAX_EARLY_MESSAGES) {
      this.#early.push(message);
    } else {
      wire.refuse(
        new RealtimeError(
          'SERVICE_REFUSED',
          `elevenlabs: more than ${MAX_EARLY_MESSAGES} messages arrived before the resampler was loaded; expected a few.`,
        ),
      );
    }
  }

  #handle(message: Json, wire: Wire): void {
    const host = this.#host;
    const type = text(message['type']);
    switch (type) {
      case 'conversation_initiation_metadata':
        this.#begin(record(message['conversation_initiation_metadata_event']), wire);
        break;
      case 'ping': {
        const id = finite(record(message['ping_event'])['event_id']);
        if (id !== undefined) wire.send(messages.pong(id));
        break;
      }
      case 'audio':
        this.#onAudio(record(message['audio_event']));
        break;
      case 'interruption': {
        const id = finite(record(message['interruption_event'])['event_id']);
        // Audio with the id of the interruption itself can be the next reply's.
        if (id !== undefined) this.#discardUpTo = Math.max(this.#discardUpTo, id - 1);
        this.#discardKnown();
        if (this.#replies > 0) host.interrupted(this.#id);
        this.#endReply('cancelled');
        break;
      }
      case 'user_transcript':
        if (this.#stopped) this.#discardKnown();
        this.#endReply('done');
        this.#audio.reset();
        host.text('caller', text(record(message['user_transcription_event'])['user_transcript']), {
          final: true,
        });
        break;
      case 'tentative_user_transcript':
        host.text('caller', text(record(message['tentative_user_transcription_event'])['user_transcript']), {
          final: false,
        });
        break;
      case 'agent_response':
        this.#onResponse(record(message['agent_response_event']));
        break;
      case 'agent_response_correction':
        this.#reportText(
          text(record(message['agent_response_correction_event'])['corrected_agent_response']),
        );
        break;
      case 'client_tool_call': {
        const call = record(message['client_tool_call']);
        host.toolCall(
          text(call['tool_call_id']),
          text(call['tool_name']),
          JSON.stringify(call['parameters'] ?? {}),
        );
        break;
      }
      case 'error':
        // Some errors have their words in the message itself.
        this.#onError(record(message['error_event'] ?? message), wire);
        break;
    }
  }

  /** The session is ready. */
  start(wire: Wire): void {
    this.#wire = wire;
  }

  audio(bytes: Uint8Array): void {
    this.#wire?.sendText(`{"user_audio_chunk":"${base64(this.#audio.toAgent(bytes))}"}`);
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedBytes ?? 0;
  }

  text(words: string, reply: boolean): void {
    this.#wire?.send(reply ? messages.callerMessage(words) : messages.context(words));
    if (reply) this.#firstMessagePending = false;
  }

  ask(words?: string): void {
    if (words !== undefined) this.text(`Say to the caller: ${words}`, true);
    // Whether the agent has a first message is not known: if it has none, the session asks again.
    else if (!this.#firstMessagePending) this.text(CONTINUE_PROMPT, true);
    this.#firstMessagePending = false;
  }

  interrupted(): void {
    this.#stopped = this.#replies > 0;
    this.#endReply('cancelled');
  }

  toolResult(id: string, result: unknown): void {
    this.#wire?.send(messages.toolResult(id, result));
  }

  close(): void {
    this.#cancelDrain?.();
    this.#idle?.();
    this.#audio.close();
    this.#wire?.close();
  }

  get #id(): string {
    return `reply-${this.#replies}`;
  }

  #begin(metadata: Json, wire: Wire): void {
    this.#early ??= [];
    this.#audio
      .begin(
        this.#redacted(metadata['user_input_audio_format']),
        this.#redacted(metadata['agent_output_audio_format']),
      )
      .then(
        () => {
          wire.ready();
          this.#drainEarly(wire);
        },
        (error: unknown) => wire.refuse(toRealtimeError(error, 'AUDIO_MISMATCH', 'elevenlabs')),
      );
  }

  /** Handles early messages once `connect` has returned: a tool that they request could not send its result before. */
  #drainEarly(wire: Wire): void {
    if (this.#early?.length === 0) {
      this.#early = undefined;
      return;
    }
    this.#cancelDrain = this.#host.clock.after(0, () => {
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const message of early) wire.receive(message);
    });
  }

  #onAudio(event: Json): void {
    const bytes = audioOf(event['audio_base_64']);
    const id = finite(event['event_id']);
    if (!bytes || (id !== undefined && id <= this.#discardUpTo)) return;
    if (this.#stopped && this.#idPerReply && this.#isNew(id)) this.#discardKnown();
    if (!this.#stopped) this.#startReply();
    if (id !== undefined) {
      this.#idPerReply ||= id === this.#lastAudio;
      this.#lastAudio = Math.max(this.#lastAudio, id);
    }
    this.#host.audio(this.#id, this.#id, this.#audio.fromAgent(bytes));
    if (this.#stopped) return;
    this.#idle?.();
    this.#idle = this.#host.clock.after(REPLY_IDLE_MS, () => this.#endReply('done'));
  }

  #startReply(): void {
    if (this.#generating) return;
    this.#generating = true;
    this.#firstMessagePending = false;
    this.#replies += 1;
    this.#host.replyStarted(this.#id);
    this.#reportText(this.#earlyText);
    this.#earlyText = '';
  }

  /** The text of a reply arrives before or after its audio. */
  #onResponse(event: Json): void {
    const words = text(event['agent_response']);
    const id = finite(event['event_id']);
    if (this.#stopped && this.#isNew(id)) this.#discardKnown();
    if (this.#generating || this.#stopped || !this.#isNew(id)) this.#reportText(words);
    else this.#earlyText = words;
  }

  /** Whether an event belongs to a reply of which no audio has arrived. */
  #isNew(id: number | undefined): boolean {
    return id === undefined || id > this.#lastAudio;
  }

  /** Audio from here on belongs to the next reply, except for audio with an id that has occurred. */
  #discardKnown(): void {
    this.#stopped = false;
    this.#audio.reset();
    this.#discardUpTo = Math.max(this.#discardUpTo, this.#lastAudio);
  }

  #reportText(words: string): void {
    if (words !== '') this.#host.text('bot', words, { final: true, replyId: this.#id, part: this.#id });
  }

  #endReply(how: 'done' | 'cancelled'): void {
    this.#idle?.();
    this.#idle = undefined;
    if (!this.#generating) return;
    this.#generating = false;
    const rest = this.#audio.flush();
    if (how === 'done' && rest.length > 0) this.#host.audio(this.#id, this.#id, rest);
    this.#host.replyDone(this.#id, how);
  }

  #onError(event: Json, wire: Wire): void {
    const kind = redactedCode(text(event['error_type']), this.#keys) || 'error';
    const words = this.#redacted(event['message']) || this.#redacted(event['reason']) || kind;
    const message = `elevenlabs: ${kind}: ${words}`;
    if (!wire.isReady) {
      // An agent that is over before it has begun would be over in the next session as well.
      wire.refuse(new RealtimeError(codeOfWords(words) ?? 'SERVICE_REFUSED', message));
    } else if (/quota/i.test(words)) {
      // The next session would end in the same way, after it has greeted the caller again. A rate limit or a wrong key
      // can also be that of a server which a tool of the agent has asked.
      wire.refuse(new RealtimeError('SERVICE_LIMITED', message));
    } else if (kind === 'max_duration_exceeded') {
      this.#host.problem({ code: 'SESSION_EXPIRED', message, fatal: true });
    } else if (event['code'] === 1008) {
      wire.refuse(new RealtimeError('SERVICE_REFUSED', message));
    } else {
      this.#host.problem({ code: kind, message, fatal: false });
    }
  }

  #redacted(words: unknown): string {
    return redactKeys(text(words), this.#keys);
  }
}

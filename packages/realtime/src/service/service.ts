import type { Clock } from '@hookline/runtime';
import type { AudioShape } from './audio-shape.js';

/** The capabilities of a service; the session works without those that are missing. */
export interface ServiceAbilities {
  /** Supports `truncate`: its context then contains only what the caller heard. */
  readonly truncate: boolean;
  /** Detects caller speech and reports it through `host.speech`. */
  readonly vad: boolean;
  /** Accepts text as well as audio: DTMF keys, context. */
  readonly text: boolean;
  /** Supports `cancel`: stops generating a reply. */
  readonly cancel: boolean;
  /** How a lost session is resumed: with a handle of the service, with the texts so far, or not at all. */
  readonly resume: 'handle' | 'history' | false;
  /** Waits for a request after a tool result; otherwise it replies by itself. */
  readonly endsTurnAfterTool: boolean;
  /**
   * Ends the conversation by itself, and then closes the connection with 1000. The call ends on the success path once the
   * last reply was heard. Default false: such a close is a loss.
   */
  readonly endsConversation?: boolean;
  /**
   * Takes a text to which it should reply together with the request for that reply: once a reply may be requested, the
   * session calls `text(text, true)` instead of `text(text, false)` and `ask()`. Default false.
   */
  readonly textAsks?: boolean;
}

/** One text of the conversation so far. */
export interface HistoryItem {
  readonly who: 'caller' | 'bot';
  readonly text: string;
}

/**
 * Whether the caller has heard anything of the agent, so that it must not greet again. The history alone does not tell:
 * what the session was told before its first connection is in it as well.
 */
export function isGreeted(history: readonly HistoryItem[]): boolean {
  return history.some(({ who }) => who === 'bot');
}

/** A tool as it is declared to the service. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Settings of a new session. */
export interface SessionStart {
  readonly instructions: string;
  readonly tools: readonly ToolDeclaration[];
  /** The conversation before this connection, such as a recorded greeting or the call before a reconnect; oldest first. */
  readonly history: readonly HistoryItem[];
  /** The last handle from `host.resumable`; undefined on the first connection. */
  readonly handle: string | undefined;
  /**
   * Who stops a reply when the caller speaks. `service`: the service may cancel it by itself. `session`: the service
   * continues until `cancel`, since the session waits for more than the first sound.
   */
  readonly interruption: 'service' | 'session';
}

/**
 * The code with which a service of the Realtime protocol refuses a request for a reply while it generates another one,
 * such as one that it has just begun by itself: the session requests the reply again after that one.
 */
export const REPLY_IN_PROGRESS = 'conversation_already_has_active_response';

/** Has a model speak that can only be asked with words of the caller. */
export const CONTINUE_PROMPT = 'The caller is on the line and waits for you to speak.';

/** A problem that a service reports. */
export interface ServiceProblem {
  /** The service's own code, or one of `RealtimeErrorCode`. */
  readonly code: string;
  /** For the log; never contains a key of the service or what people said. */
  readonly message: string;
  /** Whether the session has to end. */
  readonly fatal: boolean;
  /** Milliseconds until the service accepts requests again. */
  readonly retryAfterMs?: number;
}

/** Numbers of tokens or characters as counted by the service, by kind. */
export type ServiceUsage = Readonly<Record<string, number>>;

/**
 * Receives the events of a service. Its methods may be called from the call of `connect` until the link is closed; later
 * calls are ignored. No method throws.
 */
export interface ServiceHost {
  readonly clock: Clock;
  /**
   * Audio of a reply in the service's output format, in chunks of any length.
   *
   * @param part - the item of the reply, as in `truncate`; a reply may have several items in sequence
   */
  audio(replyId: string, part: string, bytes: Uint8Array): void;
  replyStarted(id: string): void;
  /** The service has finished generating this reply. The audio sent so far keeps playing. */
  replyDone(id: string, how: 'done' | 'cancelled' | 'failed', error?: ServiceProblem): void;
  /** The caller starts or stops speaking. `audioMs`: the position, in milliseconds of the audio sent on this link. */
  speech(at: 'start' | 'end', audioMs?: number): void;
  /** The service stopped its reply because the caller spoke; without an id, all replies. */
  interrupted(replyId?: string): void;
  /**
   * A transcript. Texts with `final: false` are appended to each other; one with `final: true` replaces the earlier
   * pieces of the same part. An empty text of the caller with `final: false` keeps the place of a part in the history,
   * for a service that transcribes speech after its reply.
   */
  text(
    who: 'caller' | 'bot',
    text: string,
    about: { readonly final: boolean; readonly replyId?: string; readonly part?: string },
  ): void;
  /**
   * @param id - repeated within one reply or before the result, it is the same request; in a later reply, another one
   * @param json - the arguments as the service sent them, not validated
   */
  toolCall(id: string, name: string, json: string): void;
  toolCancelled(id: string): void;
  /** The service will end this session in `inMs` milliseconds. */
  expires(inMs: number): void;
  /** A handle by which the session can be resumed as it is now, including the tool requests so far. */
  resumable(handle: string): void;
  usage(usage: ServiceUsage): void;
  problem(problem: ServiceProblem): void;
  /** The connection closed without a call of `close`. This is the last event. */
  closed(code: number, reason: string): void;
}

/** The session's side of a connection to a service. No method throws or rejects; after `close` they do nothing. */
export interface ServiceLink {
  /** Sends caller audio in the service's input format. The bytes are valid only during the call. */
  audio(bytes: Uint8Array): void;
  /** Bytes waiting in the socket. */
  readonly bufferedBytes: number;
  /**
   * Whether the service takes no caller audio for now, such as while it waits for the result of a tool: the session holds
   * it, at most `limits.maxInputMs`. Default: it always takes audio.
   */
  readonly audioHeld?: boolean;
  /** Truncates a part to `ms`, the whole milliseconds that the caller heard; never more than was received. */
  truncate?(part: string, ms: number): void;
  /** Cancels a reply; without an id, the one being generated. */
  cancel?(replyId?: string): void;
  /**
   * The session stopped all replies so far without an event of the service. For services whose audio does not name its
   * reply: audio of these replies that still arrives must not start a new reply.
   */
  interrupted?(): void;
  /** Sends text as a message of the caller. `reply`: whether the service should reply to it. */
  text?(text: string, reply: boolean): void;
  /**
   * Requests a reply to the conversation so far.
   *
   * @param words - what to say, as closely as the service can; default: the model decides
   */
  ask?(words?: string): void;
  /** @param result - a value that can be written as JSON */
  toolResult(id: string, result: unknown, reply: boolean): void;
  /** Ends the session and frees the socket. Idempotent. */
  close(): void;
}

/** A speech-to-speech service, implemented by an adapter. Immutable; may be used for any number of calls. */
export interface RealtimeService {
  /** For logs and metrics. */
  readonly name: string;
  /** Format of caller audio. */
  readonly input: AudioShape;
  /** Format of replies. */
  readonly output: AudioShape;
  readonly can: ServiceAbilities;
  /**
   * Opens a session. Resolves when it accepts audio.
   *
   * @param signal - aborts when the session is not needed any more: the call ended, or connecting took too long
   * @throws HooklineError with a `RealtimeErrorCode`
   */
  connect(host: ServiceHost, start: SessionStart, signal: AbortSignal): Promise<ServiceLink>;
}

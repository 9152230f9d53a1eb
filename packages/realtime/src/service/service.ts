import type { Clock } from '@hookline/runtime';
import type { AudioShape } from './audio-shape.js';

/** What a service is able to do; the session does without what it is not. */
export interface ServiceAbilities {
  /** Takes `truncate`: its context then holds what the caller heard and no more. */
  readonly truncate: boolean;
  /** Finds the caller's speech itself and tells it by `host.speech`. */
  readonly vad: boolean;
  /** Takes text beside audio: keys pressed, context. */
  readonly text: boolean;
  /** Takes `cancel`: stops making a reply. */
  readonly cancel: boolean;
  /** How a lost session is continued: by a handle of the service's, by the texts said so far, or not at all. */
  readonly resume: 'handle' | 'history' | false;
  /** Says nothing after a tool's result until a reply is asked for; otherwise it goes on by itself. */
  readonly endsTurnAfterTool: boolean;
}

/** One text of the conversation so far. */
export interface HistoryItem {
  readonly who: 'caller' | 'bot';
  readonly text: string;
}

/** A tool as the service is told of it. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a session begins with. */
export interface SessionStart {
  readonly instructions: string;
  readonly tools: readonly ToolDeclaration[];
  /** What was said before this connection: a greeting from a file, the call before a reconnect. Oldest first. */
  readonly history: readonly HistoryItem[];
  /** What `host.resumable` told last; undefined on the first connection. */
  readonly handle: string | undefined;
  /**
   * Who stops a reply when the caller speaks. `service`: the service may cancel it by itself. `session`: the service
   * goes on until `cancel`, since the session waits for more than the first sound.
   */
  readonly interruption: 'service' | 'session';
}

/** Why a service tells a problem. */
export interface ServiceProblem {
  /** The service's own code, or one of `RealtimeErrorCode`. */
  readonly code: string;
  /** For the log; never holds a key of the service or what people said. */
  readonly message: string;
  /** Whether the session cannot go on. */
  readonly fatal: boolean;
  /** When the service takes requests again, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Numbers of tokens or characters that the service counted. */
export type ServiceUsage = Readonly<Record<string, number>>;

/**
 * What a service tells the session. May be called from the moment `connect` was called until the link is closed; what
 * comes later is ignored. No method throws.
 */
export interface ServiceHost {
  readonly clock: Clock;
  /**
   * Audio of a reply, in the service's output shape, cut anywhere.
   *
   * @param part - the item of the reply that `truncate` names; a reply may have several, one after the other
   */
  audio(replyId: string, part: string, bytes: Uint8Array): void;
  replyStarted(id: string): void;
  /** No more audio of this reply is made. What was sent still plays. */
  replyDone(id: string, how: 'done' | 'cancelled' | 'failed', error?: ServiceProblem): void;
  /** The caller begins or ends to speak. `audioMs`: where, in milliseconds of the audio sent on this link. */
  speech(at: 'start' | 'end', audioMs?: number): void;
  /** The service stopped its reply because of the caller; without an id: all of them. */
  interrupted(replyId?: string): void;
  /**
   * What was said. Texts with `final: false` are pieces to be added to each other; one with `final: true` replaces the
   * pieces of the same part.
   */
  text(
    who: 'caller' | 'bot',
    text: string,
    about: { readonly final: boolean; readonly replyId?: string; readonly part?: string },
  ): void;
  /** @param json - the arguments as the service wrote them, not checked */
  toolCall(id: string, name: string, json: string): void;
  toolCancelled(id: string): void;
  /** The service will end this session in so many milliseconds. */
  expires(inMs: number): void;
  /** A handle by which the session can be resumed. */
  resumable(handle: string): void;
  usage(usage: ServiceUsage): void;
  problem(problem: ServiceProblem): void;
  /** The connection is gone without `close`. The last thing told. */
  closed(code: number, reason: string): void;
}

/** A session with a service, from the session's side. No method throws; after `close` none does anything. */
export interface ServiceLink {
  /** Caller audio in the service's input shape. The bytes are only valid during the call. */
  audio(bytes: Uint8Array): void;
  /** Bytes that wait in the socket. */
  readonly bufferedBytes: number;
  /** The caller heard so many milliseconds of a part: a whole number, no more than was received of it. */
  truncate?(part: string, ms: number): void;
  /** Stops a reply; without an id: the one being made. */
  cancel?(replyId?: string): void;
  /** Tells the service a text as the caller's, and whether a reply to it is wanted. */
  text?(text: string, reply: boolean): void;
  /**
   * Asks for a reply to what was said so far.
   *
   * @param words - what it shall say, as closely as the service can; default what the model makes of it
   */
  ask?(words?: string): void;
  /** @param result - a value that JSON can hold */
  toolResult(id: string, result: unknown, reply: boolean): void;
  /** Ends the session and frees the socket. Idempotent. */
  close(): void;
}

/** A speech-to-speech service: what an adapter is. Immutable, and good for any number of calls. */
export interface RealtimeService {
  /** For logs and metrics. */
  readonly name: string;
  /** The shape of caller audio. */
  readonly input: AudioShape;
  /** The shape of replies. */
  readonly output: AudioShape;
  readonly can: ServiceAbilities;
  /**
   * Opens a session. Resolves when it takes audio.
   *
   * @param signal - aborts when the session is not wanted any more: the call ended, or it took too long
   * @throws HooklineError with a `RealtimeErrorCode`
   */
  connect(host: ServiceHost, start: SessionStart, signal: AbortSignal): Promise<ServiceLink>;
}

import type { Outputs } from '@hookline/server';
import type { RealtimeError } from './error.js';
import type { RealtimeStats } from './metrics.js';
import type { ServiceUsage } from './service/service.js';
import type { Heard } from './session/heard.js';

/** What a session is doing. */
export type RealtimeState =
  | 'connecting'
  | 'listening'
  | 'thinking'
  | 'speaking'
  | 'reconnecting'
  | 'ending'
  | 'closed';

/** The events of `session.on`. */
export interface RealtimeEvents {
  /** A transcript. With `final: false` it is a piece of a text to come. Contains personal data. */
  text: { readonly who: 'caller' | 'bot'; readonly text: string; readonly final: boolean };
  /** The caller interrupted the bot. `heard`: the truncations sent to the service, one for each part. */
  interrupted: { readonly by: InterruptedBy; readonly heard: readonly Heard[] };
  /** A tool has run. `outcome`: `done`, or the kind of failure. */
  tool: { readonly name: string; readonly outcome: ToolOutcome; readonly ms: number };
  state: { readonly state: RealtimeState };
  /** A problem that does not end the session. */
  problem: RealtimeError | { readonly code: string; readonly message: string };
  usage: ServiceUsage;
}

/** What caused an interruption. */
export type InterruptedBy = 'service' | 'local' | 'key' | 'bot';

/** The outcome of a tool run. */
export type ToolOutcome = 'done' | 'failed' | 'timeout' | 'cancelled' | 'refused';

/** A running call on a speech-to-speech service. */
export interface RealtimeSession {
  /**
   * Resolves with the outputs once the last reply was heard, or with undefined if the caller hung up; rejects with
   * `RealtimeFailure`.
   */
  readonly result: Promise<Outputs | undefined>;
  readonly state: RealtimeState;
  readonly stats: RealtimeStats;
  /**
   * Makes the model say these words, as closely as the service can.
   *
   * @throws HooklineError `REALTIME_BAD_OPTION`
   */
  say(text: string): void;
  /**
   * Sends the model text as context, such as data.
   *
   * @param options - `reply`: whether the model should reply; default false
   * @throws HooklineError `REALTIME_BAD_OPTION`
   */
  tell(text: string, options?: { readonly reply?: boolean }): void;
  /** Interrupts the bot as caller speech does: stops playback and truncates the reply. Returns what was heard. */
  interrupt(): readonly Heard[];
  /**
   * Ends the session. Later caller audio and interruptions are ignored.
   *
   * @param outputs - added to those that tools have set; one that the bot's outputs do not declare is refused, and
   *   then the session goes on
   * @param options - `after`: `reply` (default) waits until the last reply was heard and the running tools are over,
   *   `now` does not. The last reply is also one that `say` or `tell` has just requested, if it begins within
   *   `limits.replyMs`
   * @throws HooklineError `SERVER_BAD_OUTPUT`, `REALTIME_BAD_OPTION`
   */
  end(outputs?: Outputs, options?: { readonly after?: 'reply' | 'now' }): void;
  /**
   * Listens to an event. A listener that throws or rejects is logged. Returns an unsubscribe function.
   *
   * @throws HooklineError `REALTIME_BAD_OPTION`
   */
  on<E extends keyof RealtimeEvents>(event: E, listener: (event: RealtimeEvents[E]) => void): () => void;
}

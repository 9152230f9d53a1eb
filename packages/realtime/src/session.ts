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

/** What `session.on` tells, by event. */
export interface RealtimeEvents {
  /** What was said, as the service wrote it down. `final: false` are pieces of a text to come. Personal. */
  text: { readonly who: 'caller' | 'bot'; readonly text: string; readonly final: boolean };
  /** The caller talked over the bot. `heard`: what the service was told of each part it has to shorten. */
  interrupted: { readonly by: InterruptedBy; readonly heard: readonly Heard[] };
  /** A tool has run. `outcome`: `done`, or why not. */
  tool: { readonly name: string; readonly outcome: ToolOutcome; readonly ms: number };
  state: { readonly state: RealtimeState };
  /** Something went wrong that the session goes on after. */
  problem: RealtimeError | { readonly code: string; readonly message: string };
  usage: ServiceUsage;
}

/** Whose word an interruption was. */
export type InterruptedBy = 'service' | 'local' | 'key' | 'bot';

/** How a run of a tool came out. */
export type ToolOutcome = 'done' | 'failed' | 'timeout' | 'cancelled' | 'refused';

/** A call on a speech-to-speech service, while it lasts. */
export interface RealtimeSession {
  /**
   * Resolves with the outputs once the last reply was heard, with undefined when the caller is gone; rejects with
   * `RealtimeFailure`.
   */
  readonly result: Promise<Outputs | undefined>;
  readonly state: RealtimeState;
  readonly stats: RealtimeStats;
  /** Has the model say these words, as closely as the service can. */
  say(text: string): void;
  /**
   * Tells the model something as context, such as data.
   *
   * @param options - `reply`: whether it shall answer; default false
   */
  tell(text: string, options?: { readonly reply?: boolean }): void;
  /** Does what the caller's speech does: stops the bot and tells the service what was heard. Returns that. */
  interrupt(): readonly Heard[];
  /**
   * Ends the session. Caller audio and interruptions count no more.
   *
   * @param outputs - added to those that tools have set; one that the bot's outputs do not declare is refused, and
   *   then the session goes on
   * @param options - `after`: `reply` (default) waits until the last reply was heard, `now` does not
   * @throws HooklineError `SERVER_BAD_OUTPUT`
   */
  end(outputs?: Outputs, options?: { readonly after?: 'reply' | 'now' }): void;
  /** Listens to an event. A listener that throws is logged. Returns an unsubscribe function. */
  on<E extends keyof RealtimeEvents>(event: E, listener: (event: RealtimeEvents[E]) => void): () => void;
}

import type {
  BotTurnResponse,
  ClauseId,
  ClientMessageType,
  ClientParameters,
  MediaParameter,
} from '@hookline/protocol';
import type { Outcome } from '../../outcome/outcome.js';
import type { TimerName } from './events.js';

/** A message to send; the session adds the envelope. */
export type Outgoing = {
  [T in Exclude<ClientMessageType, 'open' | 'ping' | 'resumed' | 'discarded'>]: {
    readonly type: T;
    readonly parameters: ClientParameters<T>;
  };
}[Exclude<ClientMessageType, 'open' | 'ping' | 'resumed' | 'discarded'>];

/** The message with outputs. Only those of the first `disconnect` are assigned; see `acceptOutputsInClosed`. */
export type OutputsFrom = 'disconnect' | 'second disconnect' | 'closed';

/** An action of the session; effects run in order. */
export type Effect =
  | { readonly do: 'sendOpen' }
  | { readonly do: 'send'; readonly message: Outgoing }
  /** An `error` that does not end the session; not sent if there were too many. */
  | { readonly do: 'warnPeer'; readonly parameters: ClientParameters<'error'> }
  /** Sends `ping` with the last round trip. */
  | { readonly do: 'ping' }
  /** Restarts a timer. `short`: the shorter time for a bot that had stopped answering. */
  | { readonly do: 'arm'; readonly timer: TimerName; readonly short?: true }
  | { readonly do: 'disarm'; readonly timer: TimerName }
  /** Starts caller audio and playback. */
  | {
      readonly do: 'startMedia';
      readonly media: MediaParameter | undefined;
      /** Caller audio to skip, in milliseconds; then `discarded` is sent. */
      readonly discardMs: number;
      /** Whether caller audio starts paused. */
      readonly paused: boolean;
    }
  /** Pauses caller audio; its clock continues. */
  | { readonly do: 'pauseCaller' }
  /** Resumes caller audio if it was paused, and sends `resumed` in any case. */
  | { readonly do: 'resumeCaller' }
  | { readonly do: 'holdPlayback' }
  | { readonly do: 'unholdPlayback' }
  /** Barge-in: drops the queued audio. */
  | { readonly do: 'flushPlayback' }
  /** Ends caller audio; `playedOut` follows when no queued audio is left. Idempotent. */
  | { readonly do: 'playOut' }
  /** Ends caller audio and drops the queued audio. */
  | { readonly do: 'stopMedia' }
  | { readonly do: 'reportTurn'; readonly data: BotTurnResponse['data'] }
  /** Outputs of the bot. */
  | {
      readonly do: 'keepOutputs';
      readonly from: OutputsFrom;
      readonly outputs: Readonly<Record<string, unknown>>;
    }
  | { readonly do: 'keepLanguages'; readonly languages: readonly string[] }
  /** Something that does not decide the path, but that the author should know. */
  | { readonly do: 'warn'; readonly text: string; readonly clause?: ClauseId }
  /** The path is decided. A rule that decided it is reported as a violation. */
  | { readonly do: 'decideOutcome'; readonly outcome: Outcome }
  /** The result is complete. */
  | { readonly do: 'settle' }
  | { readonly do: 'abortDial' }
  | { readonly do: 'closeSocket' }
  | { readonly do: 'terminate' };

/** The next state of a session and the effects of the transition. */
export type Step<State> = readonly [state: State, effects: readonly Effect[]];

import type { BotTurnResponse, ClauseId } from '@hookline/protocol';
import type { SendLateness } from '../media/send-lateness.js';
import type { Cause, ErrorType } from '../outcome/causes.js';

/** Something that did not decide the path, but that the author of a flow or a bot should know. */
export interface CallWarning {
  /** What was received and what it means, in one sentence; the first of warnings that differ only in numbers. */
  readonly message: string;
  /** How often it occurred: a repeated warning is listed once. */
  readonly count: number;
  /** When it first occurred, in milliseconds since dialling. */
  readonly firstAtMs: number;
  /** The rule of the warning, if any. */
  readonly clause?: ClauseId;
  /** The observed effect of violating the rule. */
  readonly effect?: string;
  /** How to comply with the rule. */
  readonly fix?: string;
}

/** One `bot_turn_response` of the bot. */
export type BotTurn = BotTurnResponse['data'] & {
  /** When it was received, in milliseconds since dialling. */
  readonly t: number;
};

/** The timings of a call, in milliseconds; a timing that did not occur is absent. */
export interface CallTimings {
  /** From dialling to the end of the WebSocket handshake. */
  readonly connectMs?: number;
  /** From `open` to `opened`. */
  readonly openedMs?: number;
  /** From `opened` to the first sample of the bot that the caller heard. */
  readonly firstAudioMs?: number;
  /** For each reply: from the end of the caller's speech to the first sound of the bot that the caller heard; silence that it sends is none. */
  readonly replyMs: readonly number[];
  /** The last measured round trip of `ping` and `pong`. */
  readonly rttMs?: number;
  /**
   * How late frames of caller audio were sent: the delay of this process. On an idle machine it is at most one slot of
   * the ticker, 5 ms, plus one millisecond. Frames that were held until `opened` are not included.
   */
  readonly sendLateMs?: SendLateness;
  /** What the caller heard of the bot, in order; at most 1,000. */
  readonly playbacks: readonly PlaybackTiming[];
}

/** One playback: bot audio from `playback_started` to `playback_completed`. */
export interface PlaybackTiming {
  /** When the caller started to hear it, in milliseconds since dialling. */
  readonly startedAtMs: number;
  /** To its first sound that answers the caller, from the end of the caller's speech or from a later key; absent if none does. */
  readonly replyMs?: number;
  /** How much of it the caller heard, in milliseconds; absent during playback, like the next two. */
  readonly heardMs?: number;
  /** How much of it was dropped, in milliseconds. */
  readonly droppedMs?: number;
  /** `completed`: heard to its end. `bargeIn`: the bot dropped the rest. `disconnected`: the call ended first. */
  readonly ended?: 'completed' | 'bargeIn' | 'disconnected';
}

/** The facts that every result contains. Complete when `result` settles; later facts are only in the events. */
export interface CallReport {
  readonly sessionId: string;
  readonly conversationId: string;
  /** From dialling to the event that decided the path, in milliseconds. */
  readonly durationMs: number;
  /** Bot audio that the caller heard, in milliseconds. */
  readonly heardMs: number;
  /** Bot audio that was waiting to be heard when the call ended, in milliseconds. */
  readonly cutMs: number;
  /** Bot audio that barge-in dropped, in milliseconds. */
  readonly flushedMs: number;
  /** How often the playback buffer ran empty and audio continued at once: each is a gap that the caller hears. */
  readonly underruns: number;
  /** The number of received `barge_in` events. */
  readonly bargeIns: number;
  /** Silence sent because the caller's source was late, in milliseconds. */
  readonly callerLateMs: number;
  /** The digits that were sent, in order. */
  readonly dtmf: string;
  /** In order; at most 1,000, and 1 Mi characters of text. A warning counts the omitted ones. */
  readonly turns: readonly BotTurn[];
  /** Problems that did not decide the path but matter in production; each once, at most 100 from the call itself. */
  readonly warnings: readonly CallWarning[];
  readonly timings: CallTimings;
  /** Returned outputs that were not assigned to a variable of the flow, by name. */
  readonly discardedOutputs: Readonly<Record<string, string>>;
}

/** The bot completed: the flow takes the success path. */
export interface SuccessResult extends CallReport {
  readonly path: 'success';
  /** The values assigned to the flow's variables, by output name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Declared outputs that the bot did not return. */
  readonly missing: readonly string[];
  /** Returned outputs that the action does not declare; their values are in `discardedOutputs`. */
  readonly undeclared: readonly string[];
}

/** The action's failure outputs. */
export interface FailureOutputs {
  readonly errorType: ErrorType;
  readonly errorMessage: string;
}

/** The call failed: the flow takes the failure path. */
export interface FailureResult extends CallReport {
  readonly path: 'failure';
  readonly failureOutputs: FailureOutputs;
  /** The cause, from a closed list. */
  readonly cause: Cause;
  /** The violated rule, if any. */
  readonly clause?: ClauseId;
  /** The HTTP status, if the upgrade was refused. */
  readonly status?: number;
  /** The WebSocket close code, if the connection was lost. */
  readonly closeCode?: number;
}

/** The caller hung up before the bot ended the call: the flow ends without a path. */
export interface DisconnectedResult extends CallReport {
  readonly path: 'disconnected';
  /** `callerHangup`: `call.hangup()`. `aborted`: the signal given to the call. */
  readonly reason: 'callerHangup' | 'aborted';
}

/** How a call ended. */
export type CallResult = SuccessResult | FailureResult | DisconnectedResult;

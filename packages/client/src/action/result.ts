import type { BotTurnResponse, ClauseId } from '@hookline/protocol';
import type { SendLateness } from '../media/send-lateness.js';
import type { Cause, ErrorType } from '../outcome/causes.js';

/** Something that did not decide the path but that an author of a flow or a bot should know. */
export interface CallWarning {
  /** What was received and what it means, in one sentence. Of warnings that differ only in numbers, the first. */
  readonly message: string;
  /** How often it was seen: a repeated warning is listed once. */
  readonly count: number;
  /** When it was first seen, in milliseconds since dialling. */
  readonly firstAtMs: number;
  /** The rule behind it, where there is one. */
  readonly clause?: ClauseId;
  /** What is seen when that rule is broken. */
  readonly effect?: string;
  /** What to do to keep that rule. */
  readonly fix?: string;
}

/** One `bot_turn_response` of the bot. */
export type BotTurn = BotTurnResponse['data'] & {
  /** When it came, in milliseconds since dialling. */
  readonly t: number;
};

/** How long things took, in milliseconds; absent what did not happen. */
export interface CallTimings {
  /** From dialling to the end of the WebSocket handshake. */
  readonly connectMs?: number;
  /** From `open` to `opened`. */
  readonly openedMs?: number;
  /** From `opened` to the first sample of the bot that the caller heard. */
  readonly firstAudioMs?: number;
  /** For each reply: from the end of the caller's speech to the first sample of the bot that the caller heard. */
  readonly replyMs: readonly number[];
  /** The last measured round trip of `ping` and `pong`. */
  readonly rttMs?: number;
  /**
   * How late frames of caller audio left: the delay of this process. On an idle machine it is at most one slot of the
   * ticker, 5 ms, and a millisecond. Frames that were held until `opened` do not count.
   */
  readonly sendLateMs?: SendLateness;
  /** What the caller heard of the bot, in order; at most 1,000. */
  readonly playbacks: readonly PlaybackTiming[];
}

/** One playback: bot audio from `playback_started` to `playback_completed`. */
export interface PlaybackTiming {
  /** When the caller began to hear it, in milliseconds since dialling. */
  readonly startedAtMs: number;
  /** From the end of what the caller said, or from a key if that was later; absent where the bot spoke unasked. */
  readonly replyMs?: number;
  /** How much of it the caller heard, in milliseconds; absent, as the next two, while it plays. */
  readonly heardMs?: number;
  /** How much of it was dropped, in milliseconds. */
  readonly droppedMs?: number;
  /** `completed`: heard to its end. `bargeIn`: the bot dropped the rest. `disconnected`: the end of the call cut it. */
  readonly ended?: 'completed' | 'bargeIn' | 'disconnected';
}

/** What every outcome tells about the call. Complete when `result` settles; later facts are only in the events. */
export interface CallReport {
  readonly sessionId: string;
  readonly conversationId: string;
  /** From dialling to the event that fixed the path, in milliseconds. */
  readonly durationMs: number;
  /** Bot audio that the caller heard, in milliseconds. */
  readonly heardMs: number;
  /** Bot audio that was waiting to be heard when the call ended, in milliseconds. */
  readonly cutMs: number;
  /** Bot audio that barge-in dropped, in milliseconds. */
  readonly flushedMs: number;
  /** How often bot audio ran dry and came again at once: each is a gap that the caller hears. */
  readonly underruns: number;
  /** How many `barge_in` events came. */
  readonly bargeIns: number;
  /** Silence sent because the caller's source was late, in milliseconds. */
  readonly callerLateMs: number;
  /** The digits that were sent, in order. */
  readonly dtmf: string;
  /** In order; at most 1,000 and 1 Mi characters of text. A warning counts what is left out. */
  readonly turns: readonly BotTurn[];
  /** What decided nothing but would surprise somebody in production; each once, at most 100 from the call itself. */
  readonly warnings: readonly CallWarning[];
  readonly timings: CallTimings;
  /** What the bot returned that reached no variable of the flow, by name. */
  readonly discardedOutputs: Readonly<Record<string, string>>;
}

/** The bot completed: the flow takes the success path. */
export interface SuccessResult extends CallReport {
  readonly path: 'success';
  /** What is assigned to the flow's variables, by output name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Outputs that the action declares and the bot did not return. */
  readonly missing: readonly string[];
  /** Outputs that the bot returned and the action does not declare; their values are in `discardedOutputs`. */
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
  /** Why, from a closed list. */
  readonly cause: Cause;
  /** The rule that was broken, where one was. */
  readonly clause?: ClauseId;
  /** The HTTP status, where one came in place of an upgrade. */
  readonly status?: number;
  /** The WebSocket close code, where the connection was lost. */
  readonly closeCode?: number;
}

/** The caller hung up before the bot ended the call: the flow ends, and no path is taken. */
export interface DisconnectedResult extends CallReport {
  readonly path: 'disconnected';
  /** `callerHangup`: `call.hangup()`. `aborted`: the signal given to the call. */
  readonly reason: 'callerHangup' | 'aborted';
}

/** How a call ended. */
export type CallResult = SuccessResult | FailureResult | DisconnectedResult;

/** A summary of a call. Times are in milliseconds; points in time are since `t` = 0 of the trace. */
export interface TraceSummary {
  /** From the first row to the last. */
  readonly durationMs: number;
  /** Whether the file ends before the call. */
  readonly truncated: boolean;
  /** From `open` to `opened`; undefined if one is missing, or the client had sent `close` before. */
  readonly openMs: number | undefined;
  /** From `opened` to the first audio of the bot; undefined if there is none. */
  readonly firstAudioMs: number | undefined;
  readonly caller: SideSummary;
  readonly bot: SideSummary;
  readonly playbacks: readonly PlaybackSummary[];
  /** The number of barge-ins that dropped unplayed audio. */
  readonly bargeIns: number;
  /** The keys that the caller pressed. */
  readonly dtmf: string;
  readonly violations: readonly ViolationSummary[];
  /** The bot's `disconnect`; undefined without one before the client's `close`. */
  readonly disconnect: DisconnectSummary | undefined;
  /** The `reason` of the client's `close`; undefined without one. */
  readonly closeReason: string | undefined;
  /** How the connection ended; undefined if the trace ends before. */
  readonly end: EndSummary | undefined;
}

/** What one side sent. */
export interface SideSummary {
  /** Messages by type; `malformed` counts text frames that are not messages. */
  readonly messages: Readonly<Record<string, number>>;
  readonly frames: number;
  readonly bytes: number;
  /** The duration of its audio. */
  readonly audioMs: number;
}

/** From `playback_started` to `playback_completed`. */
export interface PlaybackSummary {
  readonly startedAt: number;
  /** From its first audio to `playback_started`: the buffering time. */
  readonly startMs: number;
  /**
   * The reply latency: from the end of the caller's speech, or from a later key, to `playback_started`; undefined if
   * the caller gave no input since the last playback, or if the trace contains no audio to detect speech.
   */
  readonly replyMs: number | undefined;
  /** Undefined without `playback_completed`. */
  readonly completedAt: number | undefined;
  /** From `startedAt` to `completedAt` without holds, during which the client plays nothing. Undefined during playback. */
  readonly playedMs: number | undefined;
  /** Reported by the client; undefined from another vantage. */
  readonly heardMs: number | undefined;
  /** Reported by the client; undefined from another vantage. */
  readonly droppedMs: number | undefined;
  /** `bargeIn`: the bot dropped the rest. `disconnected`: the call ended first. Undefined during playback. */
  readonly ended: 'completed' | 'bargeIn' | 'disconnected' | undefined;
}

/** A violation of a protocol rule. */
export interface ViolationSummary {
  readonly t: number;
  readonly clause: string;
  readonly text: string;
  readonly fatal: boolean;
}

/** The content of `disconnect`. */
export interface DisconnectSummary {
  readonly reason: string;
  readonly info: string | undefined;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** How the connection ended. */
export interface EndSummary {
  readonly by: 'self' | 'peer' | 'loss';
  readonly code: number;
  readonly reason: string;
}

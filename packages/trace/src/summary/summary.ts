/** A call in numbers. Times are in milliseconds, points in time since `t` = 0 of the trace. */
export interface TraceSummary {
  /** From the first row to the last. */
  readonly durationMs: number;
  /** Whether the file stops before the call does. */
  readonly truncated: boolean;
  /** From `open` to `opened`; undefined where one is missing. */
  readonly openMs: number | undefined;
  /** From `opened` to the first audio of the bot; undefined where there is none. */
  readonly firstAudioMs: number | undefined;
  readonly caller: SideSummary;
  readonly bot: SideSummary;
  readonly playbacks: readonly PlaybackSummary[];
  /** How often a barge-in dropped audio that was not played yet. */
  readonly bargeIns: number;
  /** The keys that the caller pressed. */
  readonly dtmf: string;
  readonly violations: readonly ViolationSummary[];
  /** Why the bot asked to end the call; undefined where it did not. */
  readonly disconnect: DisconnectSummary | undefined;
  /** The `reason` of the client's `close`; undefined without one. */
  readonly closeReason: string | undefined;
  /** How the connection ended; undefined where the trace stops before. */
  readonly end: EndSummary | undefined;
}

/** What one side sent. */
export interface SideSummary {
  /** Messages by type; `malformed` counts the text frames that are none. */
  readonly messages: Readonly<Record<string, number>>;
  readonly frames: number;
  readonly bytes: number;
  /** How long its audio lasts. */
  readonly audioMs: number;
}

/** From `playback_started` to `playback_completed`. */
export interface PlaybackSummary {
  readonly startedAt: number;
  /** From the first audio of it to `playback_started`: how long it was buffered. */
  readonly startMs: number;
  /**
   * From the end of what the caller said, or from a key if that was later, to `playback_started`; undefined where the
   * caller did neither since the playback before, and where the trace holds no audio to hear speech in.
   */
  readonly replyMs: number | undefined;
  /** Undefined where no `playback_completed` came. */
  readonly completedAt: number | undefined;
  /** Reported by the client; undefined from another vantage. */
  readonly heardMs: number | undefined;
  /** Reported by the client; undefined from another vantage. */
  readonly droppedMs: number | undefined;
  /** `bargeIn`: the bot dropped the rest. `disconnected`: the end of the call cut it. Undefined while it plays. */
  readonly ended: 'completed' | 'bargeIn' | 'disconnected' | undefined;
}

/** A broken rule. */
export interface ViolationSummary {
  readonly t: number;
  readonly clause: string;
  readonly text: string;
  readonly fatal: boolean;
}

/** What `disconnect` said. */
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

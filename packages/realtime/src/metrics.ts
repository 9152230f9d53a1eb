/** Names of what is counted. */
export type RealtimeCounter =
  | 'interruptions_total'
  | 'false_interruptions_total'
  | 'late_audio_ms_total'
  | 'input_dropped_ms_total'
  | 'reconnects_total'
  | 'service_errors_total'
  | 'tokens_total'
  | 'sessions';

/** Names of what is measured: seconds, but for `heard_ratio`, which is from 0 to 1. */
export type RealtimeMeasure =
  | 'connect_seconds'
  | 'first_audio_seconds'
  | 'reply_seconds'
  | 'tool_seconds'
  | 'heard_ratio';

/** Labels are few and from a fixed set: names of tools, codes; nothing of a call. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Where the numbers of sessions go. What it throws is logged and costs nothing else. */
export interface MetricsSink {
  /** Adds to a counter; `sessions` goes up and down. */
  count(name: RealtimeCounter, by: number, labels: MetricLabels): void;
  /** Adds a measurement. */
  observe(name: RealtimeMeasure, value: number, labels: MetricLabels): void;
}

/** What a session has counted. */
export interface RealtimeStats {
  readonly interruptions: number;
  /** Speech that was held back and came to nothing. */
  readonly falseInterruptions: number;
  readonly replies: number;
  /** Audio of interrupted replies that came afterwards and was dropped, in milliseconds. */
  readonly lateAudioMs: number;
  /** Caller audio that was dropped for lack of a service that takes it, in milliseconds. */
  readonly inputDroppedMs: number;
  readonly reconnects: number;
  readonly toolCalls: number;
}

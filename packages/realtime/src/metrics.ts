import type { Meter } from '@hookline/server';

/** Names of the counters. */
export type RealtimeCounter =
  | 'interruptions_total'
  | 'false_interruptions_total'
  | 'late_audio_ms_total'
  | 'input_dropped_ms_total'
  | 'reconnects_total'
  | 'service_errors_total'
  | 'tokens_total'
  | 'sessions';

/** Names of the measurements, in seconds; `heard_ratio` is between 0 and 1. */
export type RealtimeMeasure =
  | 'connect_seconds'
  | 'first_audio_seconds'
  | 'reply_seconds'
  | 'reply_heard_seconds'
  | 'tool_seconds'
  | 'heard_ratio';

/** Labels have few values from a fixed set, such as tool names and codes; never data of a call. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Receives the metrics of sessions. If it throws or rejects, that is logged and ignored. */
export interface MetricsSink {
  /** Adds to a counter; `sessions` goes up and down. */
  count(name: RealtimeCounter, by: number, labels: MetricLabels): void;
  /** Adds a measurement. */
  observe(name: RealtimeMeasure, value: number, labels: MetricLabels): void;
}

const COUNTERS: Readonly<
  Record<Exclude<RealtimeCounter, 'sessions'>, readonly [help: string, label?: string]>
> = {
  interruptions_total: ['Replies that the caller interrupted.', 'by'],
  false_interruptions_total: ['Speech that was held back and did not become an interruption.'],
  late_audio_ms_total: ['Audio that arrived after its reply was interrupted, in milliseconds.'],
  input_dropped_ms_total: ['Caller audio that was dropped because no service accepted it, in milliseconds.'],
  reconnects_total: ['Reconnects of sessions.', 'reason'],
  service_errors_total: ['Errors of services.', 'code'],
  tokens_total: ['Tokens or characters that services counted.', 'kind'],
};

const MEASURES: Readonly<Record<RealtimeMeasure, readonly [help: string, ...labels: string[]]>> = {
  connect_seconds: ['Time until a session accepted audio.'],
  first_audio_seconds: ['From the start to the first audio of a reply.'],
  reply_seconds: ['From the end of caller speech to the first audio of the reply.', 'from'],
  reply_heard_seconds: ['From the end of caller speech until the caller heard the reply.', 'from'],
  tool_seconds: ['Runs of tools.', 'name', 'outcome'],
  heard_ratio: ['Share of a reply that the caller heard.'],
};

const RATIOS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Writes the metrics of sessions to the bot's metrics, with the prefix `realtime_`. */
export function meterSink(meter: Meter): MetricsSink {
  return {
    count(name, by, labels) {
      if (name === 'sessions') {
        meter
          .gauge('realtime_sessions', { help: 'Calls connected to a service.', labels: ['service'] })
          .add(by, labels);
        return;
      }
      const [help, label] = COUNTERS[name];
      const known = label === undefined ? ['service'] : ['service', label];
      meter.counter(`realtime_${name}`, { help, labels: known }).add(by, labels);
    },
    observe(name, value, labels) {
      const [help, ...own] = MEASURES[name];
      const buckets = name === 'heard_ratio' ? { buckets: RATIOS } : {};
      meter
        .histogram(`realtime_${name}`, { help, labels: ['service', ...own], ...buckets })
        .observe(value, labels);
    },
  };
}

/** Counters of one session. */
export interface RealtimeStats {
  readonly interruptions: number;
  /** Speech that was held back and did not become an interruption. */
  readonly falseInterruptions: number;
  readonly replies: number;
  /** Audio that arrived after its reply was interrupted and was dropped, in milliseconds. */
  readonly lateAudioMs: number;
  /** Caller audio that was dropped because no service took it, in milliseconds. */
  readonly inputDroppedMs: number;
  readonly reconnects: number;
  readonly toolCalls: number;
}

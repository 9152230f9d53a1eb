import type { Counter, Gauge, Measure, Meter } from '@hookline/server';

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

/** Receives the metrics of sessions. Errors that it throws are logged and ignored. */
export interface MetricsSink {
  /** Adds to a counter; `sessions` goes up and down. */
  count(name: RealtimeCounter, by: number, labels: MetricLabels): void;
  /** Adds a measurement. */
  observe(name: RealtimeMeasure, value: number, labels: MetricLabels): void;
}

const COUNTERS: Readonly<
  Record<Exclude<RealtimeCounter, 'sessions'>, readonly [help: string, label?: string]>
> = {
  interruptions_total: ['Replies that the caller talked over.', 'by'],
  false_interruptions_total: ['Speech that was held back and came to nothing.'],
  late_audio_ms_total: ['Audio of interrupted replies that came afterwards, in milliseconds.'],
  input_dropped_ms_total: ['Caller audio that no service took, in milliseconds.'],
  reconnects_total: ['Sessions that were made again.', 'reason'],
  service_errors_total: ['Errors of services.', 'code'],
  tokens_total: ['Tokens or characters that services counted.', 'kind'],
};

const MEASURES: Readonly<Record<RealtimeMeasure, readonly [help: string, ...labels: string[]]>> = {
  connect_seconds: ['Until a session took audio.'],
  first_audio_seconds: ['From the start to the first audio of a reply.'],
  reply_seconds: ['From the end of what the caller said to the first audio of the reply.', 'from'],
  reply_heard_seconds: ['The same until the caller began to hear it.', 'from'],
  tool_seconds: ['Runs of tools.', 'name', 'outcome'],
  heard_ratio: ['Share of a reply that the caller heard.'],
};

const RATIOS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

const sinks = new WeakMap<Meter, MetricsSink>();

/** Writes the metrics of sessions to the bot's metrics, with the prefix `realtime_`. One sink for all calls of a bot. */
export function meterSink(meter: Meter): MetricsSink {
  const known = sinks.get(meter);
  if (known) return known;
  const made = newMeterSink(meter);
  sinks.set(meter, made);
  return made;
}

/** Asks for each metric once: the meter checks name, labels and buckets each time. */
function newMeterSink(meter: Meter): MetricsSink {
  const counters = new Map<RealtimeCounter, Counter | Gauge>();
  const measures = new Map<RealtimeMeasure, Measure>();
  const counter = (name: RealtimeCounter): Counter | Gauge => {
    if (name === 'sessions') {
      return meter.gauge('realtime_sessions', { help: 'Calls on a service.', labels: ['service'] });
    }
    const [help, label] = COUNTERS[name];
    const labels = label === undefined ? ['service'] : ['service', label];
    return meter.counter(`realtime_${name}`, { help, labels });
  };
  const measure = (name: RealtimeMeasure): Measure => {
    const [help, ...own] = MEASURES[name];
    const buckets = name === 'heard_ratio' ? { buckets: RATIOS } : {};
    return meter.histogram(`realtime_${name}`, { help, labels: ['service', ...own], ...buckets });
  };
  return {
    count: (name, by, labels) => once(counters, name, counter).add(by, labels),
    observe: (name, value, labels) => once(measures, name, measure).observe(value, labels),
  };
}

function once<Name, Metric>(made: Map<Name, Metric>, name: Name, make: (name: Name) => Metric): Metric {
  const known = made.get(name);
  if (known) return known;
  const metric = make(name);
  made.set(name, metric);
  return metric;
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

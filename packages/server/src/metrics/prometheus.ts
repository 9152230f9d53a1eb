import { END_REASONS } from '../session/call-ended.js';
import type { BotMetrics } from './bot-metrics.js';
import type { Histogram } from './histogram.js';

/** Values that are measured when the metrics are requested. */
export interface Gauges {
  readonly sessions: number;
  readonly draining: boolean;
  /** The 99th percentile of the event loop delay, in milliseconds; undefined if it is not measured. */
  readonly eventLoopDelayMs: number | undefined;
}

/** All metrics in the text format of Prometheus, version 0.0.4. Durations are in seconds, by convention. */
export function prometheusText(metrics: BotMetrics, gauges: Gauges): string {
  const { sums } = metrics;
  return [
    gauge('sessions', 'Connections at the moment.', gauges.sessions),
    gauge('draining', 'Whether new calls are refused because the server is shutting down.', +gauges.draining),
    gauges.eventLoopDelayMs === undefined
      ? ''
      : gauge(
          'event_loop_delay_seconds',
          'Event loop delay, 99th percentile.',
          gauges.eventLoopDelayMs / 1000,
        ),
    labelled(
      'calls_total',
      'Calls that have ended, by outcome.',
      'outcome',
      // Each is present from the start: a rate over a counter that appears later misses its first event.
      new Map(END_REASONS.map((reason) => [reason, metrics.calls.get(reason) ?? 0])),
    ),
    labelled('refused_total', 'Upgrade requests refused, by HTTP status.', 'status', metrics.refused),
    counter('probes_total', 'Connection probes answered.', metrics.probes),
    counter('underruns_total', 'Gaps inside playbacks because a source was late.', sums.underruns),
    counter('rate_limited_total', 'Errors 429 received.', sums.rateLimited),
    labelled(
      'dropped_frames_total',
      'Audio frames dropped, by direction; tap: frames of the caller that no reader took.',
      'where',
      new Map([
        ['in', sums.droppedInFrames],
        ['out', sums.droppedOutFrames],
        ['tap', sums.droppedTapFrames],
      ]),
    ),
    histogram('open_seconds', 'From the upgrade request to opened.', metrics.openMs),
    histogram('first_audio_seconds', 'From opened to the first bot audio.', metrics.firstAudioMs),
    histogram('reply_seconds', 'From the end of caller speech to bot audio.', metrics.replyMs),
    histogram('silence_seconds', 'From barge_in to silence at the client.', metrics.silenceMs),
    metrics.meter.text(),
  ].join('');
}

const PREFIX = 'hookline_server_';

function head(name: string, help: string, type: string): string {
  return `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} ${type}\n`;
}

function gauge(name: string, help: string, value: number): string {
  return `${head(name, help, 'gauge')}${PREFIX}${name} ${value}\n`;
}

function counter(name: string, help: string, value: number): string {
  return `${head(name, help, 'counter')}${PREFIX}${name} ${value}\n`;
}

function labelled(
  name: string,
  help: string,
  label: string,
  values: ReadonlyMap<string | number, number>,
): string {
  const lines = [...values].map(([key, value]) => `${PREFIX}${name}{${label}="${key}"} ${value}\n`);
  return head(name, help, 'counter') + lines.join('');
}

function histogram(name: string, help: string, view: Histogram): string {
  const lines = view
    .cumulative()
    .map(({ boundMs, count }) => `${PREFIX}${name}_bucket{le="${boundMs / 1000}"} ${count}\n`);
  return (
    head(name, help, 'histogram') +
    lines.join('') +
    `${PREFIX}${name}_bucket{le="+Inf"} ${view.count}\n` +
    `${PREFIX}${name}_sum ${view.sumMs / 1000}\n${PREFIX}${name}_count ${view.count}\n`
  );
}

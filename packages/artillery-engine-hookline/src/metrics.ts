import type { CallMeasures, MetricName, OwnMetricName } from '@hookline/load';

/** Artillery's event emitter for metrics. */
export interface Events {
  emit(name: 'counter', metric: string, value: number): void;
  emit(name: 'histogram', metric: string, value: number): void;
  emit(name: 'rate', metric: string): void;
  emit(name: 'error', code: string): void;
  emit(name: 'started'): void;
}

/** Names of the times in Artillery's report, in milliseconds. */
const METRIC_NAMES: Readonly<Record<MetricName | OwnMetricName, string>> = {
  connect: 'hookline.connect_ms',
  opened: 'hookline.opened_ms',
  firstAudio: 'hookline.first_audio_ms',
  reply: 'hookline.reply_ms',
  bargeIn: 'hookline.barge_in_ms',
  ping: 'hookline.ping_ms',
  sendLate: 'hookline.send_late_ms',
  startLate: 'hookline.start_late_ms',
  loopLag: 'hookline.loop_lag_ms',
};

/** Emits the measurements of a call. Returns the cause if it failed. */
export function emitMeasures(
  { counts, failures, echo, times }: CallMeasures,
  events: Events,
): string | undefined {
  for (const [name, ms] of times) events.emit('histogram', METRIC_NAMES[name], ms);
  for (const [name, count] of Object.entries(counts)) {
    const metric = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    // Emits 0 too, so that `ensure` expressions find the metric.
    events.emit('counter', `hookline.calls.${metric}`, count);
  }
  events.emit('counter', 'hookline.audio_lost_ms', Math.round(echo.lostMs + echo.alteredMs));
  const [cause] = Object.keys(failures);
  if (cause === undefined) return undefined;
  events.emit('counter', `hookline.failures.${cause}`, 1);
  events.emit('error', `hookline: ${cause}`);
  return cause;
}

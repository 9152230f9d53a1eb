import { checkArgument } from '@hookline/runtime';
import type { LoadProgress } from './generate.js';
import {
  METRIC_NAMES,
  type MetricName,
  type MetricSummary,
  OWN_METRIC_NAMES,
  type OwnMetricName,
} from './metrics.js';
import type { LoadReport } from './report.js';
import type { ThresholdVerdict } from './thresholds.js';

/** Style of a text report. */
export interface TextStyle {
  /** Unicode marks; false for ASCII. Default true. */
  readonly unicode?: boolean;
  /** Styles a text. Default: returns it unchanged. */
  readonly paint?: (style: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;
}

/** The columns of a table of times. */
const COLUMNS = ['count', 'min', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** Labels of the metrics. */
export const METRIC_LABELS: Readonly<Record<MetricName | OwnMetricName, string>> = {
  connect: 'connect',
  opened: 'opened',
  firstAudio: 'first audio',
  reply: 'reply',
  bargeIn: 'barge-in to silence',
  ping: 'ping',
  startLate: 'call start delay',
  sendLate: 'frame delay',
  loopLag: 'timer delay',
};

/** Renders a report as lines of text. */
export function renderLoad(report: LoadReport, style: TextStyle = {}): string[] {
  checkArgument('LOAD_BAD_OPTION', 'renderLoad: report', report, { counts: 'object' });
  const { unicode = true, paint = (_, text) => text } = style;
  const { counts, generator, echo } = report;
  const marks = unicode ? { good: '✓', bad: '✗' } : { good: 'ok', bad: 'x' };
  const mark = (met: boolean) => (met ? paint('green', marks.good) : paint('red', marks.bad));
  const lines = [
    `${paint('bold', 'calls')}  ${countLine(report)}`,
    '',
    row('times in ms', COLUMNS, (text) => paint('dim', text)),
    ...METRIC_NAMES.flatMap((name) => metricRow(name, report.metrics[name])),
    '',
    row('the generator', COLUMNS, (text) => paint('dim', text)),
    ...OWN_METRIC_NAMES.flatMap((name) => metricRow(name, generator.metrics[name])),
    `${mark(generator.keptPace)} ${paceLine(report)}`,
    '',
  ];
  if (echo) {
    lines.push(
      `${mark(echo.lostMs + echo.alteredMs === 0)} ${counts.echoed} of ${counts.started} calls were echoed: ${seconds(echo.backMs)} were returned, ${Math.round(echo.lostMs)} ms were lost, ${Math.round(echo.alteredMs)} ms were altered`,
    );
  }
  if (counts.unanswered > 0)
    lines.push(`${mark(false)} ${counts.unanswered} times the bot did not answer the caller`);
  if (counts.underruns > 0) lines.push(`${mark(false)} ${counts.underruns} gaps in the audio of the bot`);
  for (const [cause, count] of Object.entries(report.failures)) {
    lines.push(`${mark(false)} ${count} failed: ${cause}`);
    const example = report.examples?.[cause];
    if (example !== undefined) lines.push(`  ${paint('dim', `the first: ${example}`)}`);
  }
  for (const verdict of report.thresholds) lines.push(`${mark(verdict.met)} ${thresholdLine(verdict)}`);
  return lines;
}

/** Describes a threshold and the measured value. */
export function thresholdLine({ name, most, unit, got, met }: ThresholdVerdict): string {
  const shown = (value: number) => (unit === 'share' ? `${round(value * 100)} %` : `${round(value)} ms`);
  const measured = got === undefined ? 'was not measured' : `is ${shown(got)}`;
  return `${name} ${measured}, ${met ? 'within' : 'expected'} ${shown(most)}${met ? '' : ' at most'}`;
}

/** Describes how the calls ended, in one line. */
export function countLine({ counts, durationMs, peakLive }: LoadReport): string {
  const { started, opened, completed, hungUp, failed, stopped } = counts;
  const parts = [
    `${started} started in ${seconds(durationMs)}`,
    `${peakLive} at a time`,
    `${opened} opened`,
    `${completed} completed by the bot`,
    `${hungUp} hung up`,
    `${failed} failed`,
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
  ];
  return parts.join(', ');
}

/** Describes whether the generator kept pace, in one line. */
export function paceLine({ generator, durationMs, processes }: LoadReport): string {
  const { keptPace, maxLateMs, metrics, cpuMs } = generator;
  const late = Math.max(metrics.startLate?.p99 ?? 0, metrics.sendLate?.p99 ?? 0);
  const cores = durationMs > 0 ? cpuMs / durationMs : 0;
  const used = `${round(cores)} of a core in ${processes} process${processes === 1 ? '' : 'es'}`;
  return keptPace
    ? `kept pace: 99 of 100 calls and frames within ${round(late)} ms of their time, with ${used}`
    : `did not keep pace: 1 of 100 calls or frames was ${round(late)} ms late or more, ${maxLateMs} ms are allowed, with ${used}`;
}

const LIVE_COLUMNS = ['count', 'p50', 'p95', 'p99', 'max'] as const;

/** Renders progress as a table of at most 76 columns: calls, metrics so far, and the generator. */
export function renderProgress(progress: LoadProgress, style: TextStyle = {}): string[] {
  checkArgument('LOAD_BAD_OPTION', 'renderProgress: progress', progress, {
    counts: 'object',
    failures: 'object',
    second: 'object',
    metrics: 'object',
  });
  const { paint = (_, text) => text } = style;
  const { elapsedMs, live, counts, failures, second, metrics } = progress;
  const succeeded = counts.completed + counts.hungUp + counts.stopped;
  const causes = Object.entries(failures).map(([cause, count]) => `${count} ${cause}`);
  const rowOf = (name: MetricName | OwnMetricName): string[] => {
    const seen = metrics[name];
    if (!seen) return [];
    return [
      row(
        METRIC_LABELS[name],
        LIVE_COLUMNS.map((column) => (column === 'count' ? String(seen.count) : round(seen[column]))),
      ),
    ];
  };
  const own = OWN_METRIC_NAMES.flatMap(rowOf);
  const failed = `failed ${counts.failed}`;
  return [
    [
      paint('bold', `${Math.round(elapsedMs / 1000)} s`),
      `live ${live}`,
      `started ${counts.started} (+${second.started}/s)`,
      `succeeded ${succeeded}`,
      counts.failed > 0 ? paint('red', failed) : failed,
    ].join('  '),
    ...(causes.length === 0 ? [] : [paint('red', `  failed: ${causes.join(', ')}`)]),
    row('times in ms', LIVE_COLUMNS, (text) => paint('dim', text)),
    ...METRIC_NAMES.flatMap(rowOf),
    ...(own.length === 0 ? [] : [paint('dim', '  the generator')]),
    ...own,
  ];
}

/** Renders progress in one line. */
export function progressLine(progress: LoadProgress): string {
  checkArgument('LOAD_BAD_OPTION', 'progressLine: progress', progress, {
    counts: 'object',
    second: 'object',
  });
  const { elapsedMs, live, counts, second } = progress;
  const mean = ({ count, sum }: { readonly count: number; readonly sum: number }) =>
    count === 0 ? '-' : `${Math.round(sum / count)} ms`;
  return [
    `${Math.round(elapsedMs / 1000)} s`.padStart(6),
    `live ${live}`,
    `started ${counts.started}`,
    `+${second.started}/s`,
    `failed ${counts.failed}`,
    `opened ${mean(second.opened)}`,
    `reply ${mean(second.reply)}`,
    `frame delay ${Math.round(second.sendLate.max)} ms at most`,
  ].join('  ');
}

function metricRow(name: MetricName | OwnMetricName, summary: MetricSummary | undefined): string[] {
  if (!summary) return [];
  return [
    row(
      METRIC_LABELS[name],
      COLUMNS.map((column) => (column === 'count' ? String(summary.count) : round(summary[column]))),
    ),
  ];
}

function row(label: string, cells: readonly string[], paint = (text: string) => text): string {
  return paint(`  ${label.padEnd(20)}${cells.map((cell) => cell.padStart(8)).join('')}`);
}

function round(value: number): string {
  return value >= 100
    ? String(Math.round(value))
    : value >= 10
      ? value.toFixed(1)
      : String(Number(value.toFixed(2)));
}

function seconds(ms: number): string {
  return `${round(ms / 1000)} s`;
}

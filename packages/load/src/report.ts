import { checkArgument } from '@hookline/runtime';
import type { CallCounts, EchoTotals, LoadRun } from './load-run.js';
import {
  METRIC_NAMES,
  type MetricName,
  type MetricSummary,
  OWN_METRIC_NAMES,
  type OwnMetricName,
} from './metrics.js';
import { checkThresholds, evaluateThresholds, type Threshold, type ThresholdVerdict } from './thresholds.js';

/** The report of a load test, as plain data. */
export interface LoadReport {
  readonly url: string;
  /** Start time, ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly processes: number;
  readonly counts: CallCounts;
  /** Maximum number of live calls at the end of a second. */
  readonly peakLive: number;
  /** Failed calls by cause, the most frequent first. */
  readonly failures: Readonly<Record<string, number>>;
  /** The error of the first failed call of each cause, if it is known. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Metrics that were never measured are absent. */
  readonly metrics: Readonly<Partial<Record<MetricName, MetricSummary>>>;
  /** Undefined if no bot echoed. */
  readonly echo: EchoTotals | undefined;
  readonly generator: GeneratorReport;
  readonly thresholds: readonly ThresholdVerdict[];
  /** `passed`; `missed`: a threshold was missed; `void`: the generator did not keep pace, so the times do not describe the bot. */
  readonly verdict: 'passed' | 'missed' | 'void';
}

/** The generator's own figures. */
export interface GeneratorReport {
  readonly metrics: Readonly<Partial<Record<OwnMetricName, MetricSummary>>>;
  /** Allowed p99 lateness of call starts and frames, in milliseconds. */
  readonly maxLateMs: number;
  readonly keptPace: boolean;
  /** CPU time of all processes, in milliseconds. */
  readonly cpuMs: number;
}

/** Creates the report of a run and evaluates thresholds. @throws HooklineError `LOAD_BAD_OPTION` naming the field */
export function reportLoad(run: LoadRun, thresholds: readonly Threshold[] = []): LoadReport {
  checkArgument('LOAD_BAD_OPTION', 'reportLoad: run', run, { metrics: 'object' });
  checkThresholds('reportLoad: thresholds', thresholds);
  const { metrics, counts, echo, maxLateMs } = run;
  const delays = (['startLate', 'sendLate'] as const).map((name) => metrics.summary(name)?.p99 ?? 0);
  const keptPace = delays.every((p99) => p99 <= maxLateMs);
  const ended = counts.completed + counts.hungUp + counts.failed;
  const echoed = counts.echoed > 0;
  const verdicts = evaluateThresholds(thresholds, {
    metric: (name) => metrics.summary(name),
    failedShare: ended === 0 ? 0 : counts.failed / ended,
    lostMs: echoed ? echo.lostMs + echo.alteredMs : undefined,
  });
  const missed = verdicts.some(({ met }) => !met);
  return {
    url: run.url,
    startedAt: new Date(run.startedAtMs).toISOString(),
    durationMs: run.durationMs,
    processes: run.processes,
    counts,
    peakLive: run.seconds.reduce((peak, { live }) => Math.max(peak, live), 0),
    failures: Object.fromEntries(Object.entries(run.failures).sort(([, a], [, b]) => b - a)),
    ...(run.examples === undefined ? {} : { examples: run.examples }),
    metrics: summaries(METRIC_NAMES, run),
    echo: echoed ? echo : undefined,
    generator: { metrics: summaries(OWN_METRIC_NAMES, run), maxLateMs, keptPace, cpuMs: run.cpuMs },
    thresholds: verdicts,
    verdict: keptPace ? (missed ? 'missed' : 'passed') : 'void',
  };
}

function summaries<Name extends MetricName | OwnMetricName>(
  names: readonly Name[],
  { metrics }: LoadRun,
): Partial<Record<Name, MetricSummary>> {
  const found: Partial<Record<Name, MetricSummary>> = {};
  for (const name of names) {
    const summary = metrics.summary(name);
    if (summary) found[name] = summary;
  }
  return found;
}

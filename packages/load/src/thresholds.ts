import {
  checkArgument,
  checkOptionNames,
  choiceFault,
  closestName,
  messageOf,
  numberFault,
} from '@hookline/runtime';
import { loadError } from './error.js';
import { METRIC_NAMES, type MetricName, type MetricSummary } from './metrics.js';

/** The figures of a metric that a threshold may limit. */
const FIGURES = [
  'mean',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'p999',
  'max',
] as const satisfies readonly (keyof MetricSummary)[];

/** An upper limit for a figure of the report. */
export type Threshold =
  /** A figure of a metric, in milliseconds. */
  | { readonly metric: MetricName; readonly figure: (typeof FIGURES)[number]; readonly most: number }
  /** Failed calls as a share of all that ended, 0 to 1. */
  | { readonly metric: 'failed'; readonly most: number }
  /** Audio that an echoing bot lost or altered, in milliseconds over all calls. */
  | { readonly metric: 'lost'; readonly most: number };

/** The evaluation of a threshold. */
export interface ThresholdVerdict {
  /** The name as written: `reply.p95`, `failed`. */
  readonly name: string;
  readonly most: number;
  /** `ms`, or `share` from 0 to 1. */
  readonly unit: 'ms' | 'share';
  /** The measured value; undefined if nothing was measured, in which case the threshold is missed. */
  readonly got: number | undefined;
  readonly met: boolean;
}

/** Added if no threshold limits failed calls. */
const DEFAULT_FAILED: Threshold = { metric: 'failed', most: 0.01 };

/** The metrics of thresholds without a figure. */
const TOTALS = ['failed', 'lost'] as const;

/** Checks thresholds from code without types. @throws HooklineError `LOAD_BAD_OPTION` naming the field */
export function checkThresholds(field: string, thresholds: readonly Threshold[]): void {
  checkArgument('LOAD_BAD_OPTION', field, thresholds, 'list');
  for (const [index, threshold] of thresholds.entries()) {
    const place = `${field}[${index}]`;
    checkArgument('LOAD_BAD_OPTION', place, threshold, 'object');
    const { metric, most } = threshold;
    const isTotal = TOTALS.some((total) => total === metric);
    const names = { metric: true, most: true, ...(isTotal ? {} : { figure: true }) };
    checkOptionNames<object>('LOAD_BAD_OPTION', `${place}: `, threshold, names);
    const fault =
      choiceFault(`${place}.metric`, metric, [...METRIC_NAMES, ...TOTALS]) ??
      (isTotal ? undefined : choiceFault(`${place}.figure`, Reflect.get(threshold, 'figure'), FIGURES)) ??
      numberFault(`${place}.most`, most, metric === 'failed' ? { min: 0, max: 1 } : { min: 0 });
    if (fault !== undefined) throw loadError('LOAD_BAD_OPTION', `${fault}.`);
  }
}

/** The measurements that thresholds are compared with. */
export interface Measured {
  readonly metric: (name: MetricName) => MetricSummary | undefined;
  /** Failed calls as a share of all that ended. */
  readonly failedShare: number;
  /** Undefined if no bot echoed. */
  readonly lostMs: number | undefined;
}

/** Evaluates the thresholds. If none limits failed calls, a limit of 1 % is added. */
export function evaluateThresholds(thresholds: readonly Threshold[], measured: Measured): ThresholdVerdict[] {
  const all = thresholds.some(({ metric }) => metric === 'failed')
    ? thresholds
    : [...thresholds, DEFAULT_FAILED];
  return all.map((threshold) => {
    const { most } = threshold;
    const value = measuredValue(threshold, measured);
    const unit = threshold.metric === 'failed' ? 'share' : 'ms';
    return {
      name: thresholdName(threshold),
      most,
      unit,
      got: value,
      met: value !== undefined && value <= most,
    };
  });
}

function measuredValue(threshold: Threshold, { metric, failedShare, lostMs }: Measured): number | undefined {
  if (threshold.metric === 'failed') return failedShare;
  if (threshold.metric === 'lost') return lostMs;
  return metric(threshold.metric)?.[threshold.figure];
}

function thresholdName(threshold: Threshold): string {
  return 'figure' in threshold ? `${threshold.metric}.${threshold.figure}` : threshold.metric;
}

/**
 * Parses a threshold as written on a command line: `reply.p95=1200ms`, `failed=1%`, `lost=0ms`.
 *
 * @throws HooklineError `LOAD_BAD_THRESHOLD` with what was expected and a suggestion for a misspelt name
 */
export function parseThreshold(text: string): Threshold {
  try {
    return readThreshold(text);
  } catch (error) {
    throw badThreshold(`threshold: ${messageOf(error)}`);
  }
}

function readThreshold(text: string): Threshold {
  const [, name = '', limit = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === '') {
    throw badThreshold(
      `${JSON.stringify(text)} is not a threshold; expected METRIC.FIGURE=TIME, such as reply.p95=1200ms, or failed=1%`,
    );
  }
  const [, metric = '', figure] = /^([^.]*)(?:\.(.*))?$/s.exec(name) ?? [];
  return createThreshold(metric.trim(), figure?.trim(), limit.trim());
}

/**
 * Reads the thresholds of a load file: `{ reply: { p95: '1200ms' }, failed: '1%' }`.
 *
 * @throws HooklineError `LOAD_BAD_THRESHOLD`
 */
export function readThresholds(given: unknown): Threshold[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw badThreshold(
      'thresholds is not a map; expected, for example, { reply: { p95: 1200ms }, failed: 1% }',
    );
  }
  return Object.entries(given).flatMap(([metric, limits]) => {
    if (typeof limits !== 'object' || limits === null)
      return [createThreshold(metric, undefined, String(limits))];
    return Object.entries(limits).map(([figure, limit]) => createThreshold(metric, figure, String(limit)));
  });
}

function createThreshold(metric: string, figure: string | undefined, limit: string): Threshold {
  if (metric === 'failed' || metric === 'lost') {
    if (figure !== undefined)
      throw badThreshold(
        `${metric} has no figure ${JSON.stringify(figure)}; write ${metric}=${metric === 'failed' ? '1%' : '0ms'}`,
      );
    return { metric, most: metric === 'failed' ? parseShare(limit) : parseTime(metric, limit) };
  }
  const botMetric = METRIC_NAMES.find((candidate) => candidate === metric);
  if (!botMetric)
    throw badThreshold(
      `unknown metric ${JSON.stringify(metric)}${suggestion(metric, [...METRIC_NAMES, ...TOTALS])}`,
    );
  const knownFigure = FIGURES.find((candidate) => candidate === figure);
  if (!knownFigure) {
    throw badThreshold(
      `${metric} ${figure === undefined ? 'needs a figure' : `has no figure ${JSON.stringify(figure)}`}${suggestion(figure ?? '', FIGURES)}; write ${metric}.p95=1200ms`,
    );
  }
  return { metric: botMetric, figure: knownFigure, most: parseTime(`${metric}.${knownFigure}`, limit) };
}

function suggestion(word: string, known: readonly string[]): string {
  const near = closestName(word, known);
  return near === undefined ? `; expected one of ${known.join(', ')}` : `; did you mean ${near}?`;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

function parseTime(name: string, text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (amount === undefined || unitMs === undefined) {
    throw badThreshold(`${name} is ${JSON.stringify(text)}; expected a time such as 800ms or 1.2s`);
  }
  return Number(amount) * unitMs;
}

function parseShare(text: string): number {
  const [, amount] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (amount === undefined || Number(amount) > 100) {
    throw badThreshold(
      `failed is ${JSON.stringify(text)}; expected a share of all calls, such as 1% or 0.5%`,
    );
  }
  return Number(amount) / 100;
}

function badThreshold(message: string) {
  return loadError('LOAD_BAD_THRESHOLD', message);
}

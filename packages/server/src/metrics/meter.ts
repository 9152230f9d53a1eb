import { describe } from '@hookline/protocol';
import { describeValue, type NumberRule } from '@hookline/runtime';
import { checkNames, checkNumber, serverError } from '../error.js';
import { BOUNDS_SECONDS } from './histogram.js';

/** The maximum number of added metrics, and of series of one metric. */
export const MAX_METRICS = 200;
export const MAX_SERIES = 200;

const MAX_NAME_CHARS = 80;
const MAX_LABELS = 4;
const MAX_LABEL_CHARS = 64;
const MAX_BUCKETS = 50;

/** The options of a metric. */
export interface MetricOptions {
  /** One sentence that describes the metric. */
  readonly help: string;
  /**
   * The names of its labels, at most 4. Their values must be few, such as codes or names of tools, and must not
   * identify a call or a person.
   */
  readonly labels?: readonly string[];
}

/** Options of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds, ascending, 50 at most; default 0.01 to 10, for seconds. */
  readonly buckets?: readonly number[];
}

/** The values of a metric's labels by name. */
export type LabelValues = Readonly<Record<string, string>>;

/** A value that only increases. */
export interface Counter {
  /** @param by - default 1 @throws HooklineError `SERVER_BAD_OPTION` for a number below 0, or an unknown label */
  add(by?: number, labels?: LabelValues): void;
}

/** A value that increases and decreases. */
export interface Gauge {
  /** @throws HooklineError `SERVER_BAD_OPTION` for a value that is not a finite number, or another label */
  add(by: number, labels?: LabelValues): void;
  /** @throws HooklineError `SERVER_BAD_OPTION` for a value that is not a finite number, or another label */
  set(value: number, labels?: LabelValues): void;
}

/** A distribution of values. */
export interface Measure {
  /** @throws HooklineError `SERVER_BAD_OPTION` for a value that is not a finite number, or another label */
  observe(value: number, labels?: LabelValues): void;
}

/**
 * Metrics of packages and bots, which `bot.metrics()` returns after those of the server. A name starts with the name of
 * its package or bot (`realtime_interruptions_total`) and is output with the prefix `hookline_`. The same name returns
 * the same metric. A metric has at most 200 combinations of label values; further ones are counted with each label
 * `other`.
 */
export interface Meter {
  /** A counter; its name ends with `_total`. @throws HooklineError `SERVER_BAD_OPTION` */
  counter(name: string, options: MetricOptions): Counter;
  /** @throws HooklineError `SERVER_BAD_OPTION` */
  gauge(name: string, options: MetricOptions): Gauge;
  /** A histogram; durations are in seconds, and then its name ends with `_seconds`. @throws HooklineError `SERVER_BAD_OPTION` */
  histogram(name: string, options: HistogramOptions): Measure;
}

type Type = 'counter' | 'gauge' | 'histogram';

interface Series {
  readonly labels: string;
  value: number;
  /** For a histogram: the number of values, and the number of values up to each bound. */
  count: number;
  readonly buckets: number[];
}

class Metric implements Counter, Gauge, Measure {
  readonly #series = new Map<string, Series>();

  constructor(
    readonly name: string,
    readonly type: Type,
    readonly help: string,
    readonly labels: readonly string[],
    readonly bounds: readonly number[],
  ) {
    // Present from the start if it has no labels: a rate over a counter that appears later misses its first event.
    if (labels.length === 0) this.#at({});
  }

  add(by = 1, labels: LabelValues = {}): void {
    this.#check('add', by, this.type === 'counter' ? { min: 0 } : {});
    this.#at(labels).value += by;
  }

  set(value: number, labels: LabelValues = {}): void {
    this.#check('set', value, {});
    this.#at(labels).value = value;
  }

  observe(value: number, labels: LabelValues = {}): void {
    this.#check('observe', value, {});
    const series = this.#at(labels);
    series.value += value;
    series.count += 1;
    for (let index = this.bounds.length - 1; index >= 0 && value <= (this.bounds[index] ?? 0); index--) {
      series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    }
  }

  isAs(type: Type, labels: readonly string[], bounds: readonly number[]): boolean {
    return this.type === type && `${this.labels}|${this.bounds}` === `${labels}|${bounds}`;
  }

  text(): string {
    const name = `hookline_${this.name}`;
    const lines = [...this.#series.values()].map((series) => this.#lines(name, series));
    return `# HELP ${name} ${escaped(this.help)}\n# TYPE ${name} ${this.type}\n${lines.join('')}`;
  }

  #lines(name: string, { labels, value, count, buckets }: Series): string {
    if (this.type !== 'histogram') return `${name}${labelText(labels)} ${value}\n`;
    const bucket = (le: string, of: number) =>
      `${name}_bucket${labelText(labels === '' ? `le="${le}"` : `${labels},le="${le}"`)} ${of}\n`;
    const counts = this.bounds.map((bound, index) => bucket(`${bound}`, buckets[index] ?? 0)).join('');
    return `${counts}${bucket('+Inf', count)}${name}_sum${labelText(labels)} ${value}\n${name}_count${labelText(labels)} ${count}\n`;
  }

  #check(method: string, value: unknown, rule: NumberRule): void {
    checkNumber(`${this.name}: ${method}`, value, rule);
  }

  #at(labels: LabelValues): Series {
    const given = Object.keys(labels ?? {});
    if (
      given.length !== this.labels.length ||
      !this.labels.every((label) => typeof labels[label] === 'string')
    ) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `${this.name}: the labels are ${given.join(', ') || 'none'}; expected strings for ${this.labels.join(', ') || 'none'}.`,
      );
    }
    const shown = this.#shown((label) => labels[label] ?? '');
    const known = this.#series.get(shown);
    if (known) return known;
    return this.#series.size < MAX_SERIES ? this.#added(shown) : this.#other();
  }

  #other(): Series {
    const shown = this.#shown(() => 'other');
    return this.#series.get(shown) ?? this.#added(shown);
  }

  #added(labels: string): Series {
    const series: Series = { labels, value: 0, count: 0, buckets: this.bounds.map(() => 0) };
    this.#series.set(labels, series);
    return series;
  }

  #shown(value: (label: string) => string): string {
    return this.labels
      .map((label) => `${label}="${escaped(value(label).slice(0, MAX_LABEL_CHARS)).replaceAll('"', '\\"')}"`)
      .join(',');
  }
}

/** The metrics that were added to a bot. */
export class BotMeter implements Meter {
  readonly #metrics = new Map<string, Metric>();

  counter(name: string, options: MetricOptions): Counter {
    return this.#metric('counter', name, checked(name, options));
  }

  gauge(name: string, options: MetricOptions): Gauge {
    return this.#metric('gauge', name, checked(name, options));
  }

  histogram(name: string, options: HistogramOptions): Measure {
    checkNames<HistogramOptions>(`metric ${describe(name)}: `, options ?? null, {
      ...OPTIONS,
      buckets: true,
    });
    const { buckets = BOUNDS_SECONDS } = options;
    const isAscending =
      Array.isArray(buckets) &&
      buckets.every(
        (bound, index) => Number.isFinite(bound) && !(bound <= (buckets[index - 1] ?? -Infinity)),
      );
    if (buckets.length === 0 || buckets.length > MAX_BUCKETS || !isAscending) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `${name}: buckets must be 1 to ${MAX_BUCKETS} numbers in ascending order.`,
      );
    }
    return this.#metric('histogram', name, options, buckets);
  }

  /** All metrics in the text format of Prometheus. */
  text(): string {
    return [...this.#metrics.values()].map((metric) => metric.text()).join('');
  }

  /** @param bounds - the upper bounds of a histogram */
  #metric(
    type: Type,
    name: string,
    { help, labels = [] }: MetricOptions,
    bounds: readonly number[] = [],
  ): Metric {
    const known = this.#metrics.get(name);
    if (known?.isAs(type, labels, bounds)) return known;
    const fault = known
      ? 'already exists with another type, other labels or other buckets'
      : faultOf(type, name, help, labels);
    if (fault) throw serverError('SERVER_BAD_OPTION', `metric ${describe(name)}: ${fault}.`);
    if (this.#metrics.size >= MAX_METRICS) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `metric ${describe(name)}: there are ${MAX_METRICS} metrics already; distinguish them by labels, not by names.`,
      );
    }
    const metric = new Metric(name, type, help, [...labels], [...bounds]);
    this.#metrics.set(name, metric);
    return metric;
  }
}

const OPTIONS = { help: true, labels: true };

function checked(name: string, options: MetricOptions): MetricOptions {
  checkNames<MetricOptions>(`metric ${describe(name)}: `, options ?? null, OPTIONS);
  return options;
}

function faultOf(type: Type, name: string, help: string, labels: readonly string[]): string | undefined {
  if (
    typeof name !== 'string' ||
    !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name) ||
    name.length > MAX_NAME_CHARS
  ) {
    return `a name has at least two parts of lower-case letters and digits joined by "_", and at most ${MAX_NAME_CHARS} characters`;
  }
  if (name.startsWith('server_')) return 'names that start with "server_" are reserved for the server';
  if (name.endsWith('_total') !== (type === 'counter'))
    return 'the name of a counter ends with "_total", that of another metric does not';
  if (/_(bucket|sum|count)$/.test(name)) return 'a name must not end with "_bucket", "_sum" or "_count"';
  if (typeof help !== 'string' || help === '') return 'help must be a sentence that describes the metric';
  if (!Array.isArray(labels)) return `labels is ${describeValue(labels)}; expected an array of names`;
  if (labels.length > MAX_LABELS) return `a metric has at most ${MAX_LABELS} labels`;
  const bad = labels.find((label) => !/^[a-z][a-z0-9_]*$/.test(label) || label === 'le');
  return bad === undefined ? undefined : `${describe(bad)} is not a valid label name`;
}

function labelText(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

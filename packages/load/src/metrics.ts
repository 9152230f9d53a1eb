import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** Metrics of the bot, with their definitions. */
export const METRICS = {
  connect: 'from dialling to the end of the WebSocket handshake',
  opened: 'from `open` to `opened`',
  firstAudio: 'from `opened` to the first sample of the bot that the caller heard',
  reply: "from the end of the caller's speech to the first sound of the bot that the caller heard",
  bargeIn: "from the start of the caller's barge-in to the silence of the bot",
  ping: 'from `ping` to `pong`',
} as const;

/** Metrics of the generator itself. If these are high, the metrics of the bot are not meaningful. */
export const OWN_METRICS = {
  startLate: 'from the scheduled to the actual start of a call',
  sendLate: 'from the scheduled to the actual sending of a caller frame',
  loopLag: 'from the scheduled to the actual firing of a timer',
} as const;

/** Name of a metric of the bot. */
export type MetricName = keyof typeof METRICS;
/** Name of a metric of the generator. */
export type OwnMetricName = keyof typeof OWN_METRICS;

/** Summary of a metric, in milliseconds. */
export interface MetricSummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Interim values of the metrics recorded so far, in milliseconds. */
export type MetricSnapshot = Readonly<
  Partial<Record<MetricName | OwnMetricName, Pick<MetricSummary, 'count' | 'p50' | 'p95' | 'p99' | 'max'>>>
>;

/** Times are recorded in whole microseconds. */
const PER_MS = 1000;
/** The longest time recorded, an hour in microseconds; longer ones count as this. */
const MAX_TIME_US = 3_600_000_000;

const ALL_NAMES: readonly (MetricName | OwnMetricName)[] = [...nameList(METRICS), ...nameList(OWN_METRICS)];

/** The names of a table, in its order. */
function nameList<Name extends string>(table: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(table) as Name[];
}

/** Every metric of the bot, in the order of a report. */
export const METRIC_NAMES: readonly MetricName[] = nameList(METRICS);
/** Every metric of the generator, in the order of a report. */
export const OWN_METRIC_NAMES: readonly OwnMetricName[] = nameList(OWN_METRICS);

/** A high dynamic range (HDR) histogram per metric, with three significant digits from a microsecond to an hour. */
export class Metrics {
  readonly #histograms: Readonly<Record<MetricName | OwnMetricName, Histogram>>;

  constructor() {
    this.#histograms = {
      connect: histogram(),
      opened: histogram(),
      firstAudio: histogram(),
      reply: histogram(),
      bargeIn: histogram(),
      ping: histogram(),
      startLate: histogram(),
      sendLate: histogram(),
      loopLag: histogram(),
    };
  }

  /** Records a time. @param ms - clamped to between a microsecond and an hour */
  record(name: MetricName | OwnMetricName, ms: number): void {
    this.#histograms[name].recordValue(Math.min(MAX_TIME_US, Math.max(1, Math.round(ms * PER_MS))));
  }

  /** Summary of a metric; undefined if it was never recorded. */
  summary(name: MetricName | OwnMetricName): MetricSummary | undefined {
    const measured = this.#histograms[name];
    if (measured.totalCount === 0) return undefined;
    const at = (percentile: number) => this.percentile(name, percentile);
    return {
      count: measured.totalCount,
      min: measured.minNonZeroValue / PER_MS,
      mean: measured.mean / PER_MS,
      p50: at(50),
      p75: at(75),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: measured.maxValue / PER_MS,
    };
  }

  /** Interim values of all metrics that were recorded. */
  get snapshot(): MetricSnapshot {
    return Object.fromEntries(
      ALL_NAMES.flatMap((name) => {
        const { totalCount: count, maxValue } = this.#histograms[name];
        if (count === 0) return [];
        const [p50, p95, p99] = [50, 95, 99].map((percentile) => this.percentile(name, percentile));
        return [[name, { count, p50, p95, p99, max: maxValue / PER_MS }]];
      }),
    );
  }

  /** A percentile (0 to 100) of a metric, in milliseconds. */
  percentile(name: MetricName | OwnMetricName, percentile: number): number {
    const measured = this.#histograms[name];
    // A histogram returns the upper end of a bucket, which may exceed the largest value.
    return Math.min(measured.maxValue, measured.getValueAtPercentile(percentile)) / PER_MS;
  }

  /** Merges the recordings of another process, without loss. */
  add(other: Metrics): void {
    for (const name of ALL_NAMES) this.#histograms[name].add(other.#histograms[name]);
  }

  /** Encodes each metric in the compressed HDR format (V2, base64), in microseconds. */
  encode(): Record<string, string> {
    return Object.fromEntries(
      ALL_NAMES.map((name) => [name, encodeIntoCompressedBase64(this.#histograms[name])]),
    );
  }

  /** Decodes the result of `encode`; missing names stay empty. @throws Error for an invalid histogram */
  static decode(encoded: Readonly<Record<string, unknown>>): Metrics {
    const metrics = new Metrics();
    for (const name of ALL_NAMES) {
      const text = encoded[name];
      if (text === undefined) continue;
      if (typeof text !== 'string') throw new TypeError(`${name} is not a string`);
      metrics.#histograms[name].add(decodeFromCompressedBase64(text));
    }
    return metrics;
  }
}

/**
 * Combines the interim values of several generators: counts are added, and each time is the largest, since percentiles
 * cannot be merged without the histograms.
 */
export function combineSnapshots(snapshots: readonly MetricSnapshot[]): MetricSnapshot {
  const worst: { -readonly [Name in keyof MetricSnapshot]: MetricSnapshot[Name] } = {};
  for (const name of ALL_NAMES) {
    for (const { [name]: one } of snapshots) {
      const before = worst[name];
      if (!one) continue;
      worst[name] = before
        ? {
            count: before.count + one.count,
            p50: Math.max(before.p50, one.p50),
            p95: Math.max(before.p95, one.p95),
            p99: Math.max(before.p99, one.p99),
            max: Math.max(before.max, one.max),
          }
        : one;
    }
  }
  return worst;
}

function histogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_TIME_US,
    numberOfSignificantValueDigits: 3,
  });
}

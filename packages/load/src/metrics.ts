import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** What is measured of the bot, and what it means. */
export const METRICS = {
  connect: 'from dialling to the end of the WebSocket handshake',
  opened: 'from `open` to `opened`',
  firstAudio: 'from `opened` to the first sample of the bot that the caller heard',
  reply: "from the end of the caller's speech to the first sample of the bot that the caller heard",
  bargeIn: 'from the moment the caller talks over the bot to its silence',
  ping: 'from `ping` to `pong`',
} as const;

/** What is measured of the generator itself: where these are high, the others say nothing about the bot. */
export const OWN_METRICS = {
  startLate: 'how late calls began',
  sendLate: 'how late frames of caller audio left',
  loopLag: 'how late timers of the process fired',
} as const;

/** A measured time of the bot. */
export type MetricName = keyof typeof METRICS;
/** A measured time of the generator. */
export type OwnMetricName = keyof typeof OWN_METRICS;

/** What one metric comes to, in milliseconds. */
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

/** What has been measured so far of some metrics, in milliseconds. */
export type MetricGlance = Readonly<
  Partial<Record<MetricName | OwnMetricName, Pick<MetricSummary, 'count' | 'p50' | 'p95' | 'p99' | 'max'>>>
>;

/** Times are kept in whole microseconds. */
const PER_MS = 1000;
/** The longest time that is told from longer ones: an hour, in microseconds. */
const LONGEST_US = 3_600_000_000;

const ALL_NAMES: readonly (MetricName | OwnMetricName)[] = [...nameList(METRICS), ...nameList(OWN_METRICS)];

/** The names of a table, in its order. */
function nameList<Name extends string>(table: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(table) as Name[];
}

/** Every metric of the bot, in the order of a report. */
export const METRIC_NAMES: readonly MetricName[] = nameList(METRICS);
/** Every metric of the generator, in the order of a report. */
export const OWN_METRIC_NAMES: readonly OwnMetricName[] = nameList(OWN_METRICS);

/** A histogram with high dynamic range (HDR) for each metric: exact to three figures from a microsecond to an hour. */
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

  /** @param ms - below a microsecond counts as one, above an hour as an hour */
  record(name: MetricName | OwnMetricName, ms: number): void {
    this.#histograms[name].recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(ms * PER_MS))));
  }

  /** What a metric comes to; undefined when it was never recorded. */
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

  /** What every metric comes to so far; absent what was never recorded. */
  get glance(): MetricGlance {
    return Object.fromEntries(
      ALL_NAMES.flatMap((name) => {
        const { totalCount: count, maxValue } = this.#histograms[name];
        if (count === 0) return [];
        const [p50, p95, p99] = [50, 95, 99].map((percentile) => this.percentile(name, percentile));
        return [[name, { count, p50, p95, p99, max: maxValue / PER_MS }]];
      }),
    );
  }

  /** The value in milliseconds below which that percentage of a metric lies. */
  percentile(name: MetricName | OwnMetricName, percentile: number): number {
    const measured = this.#histograms[name];
    // A histogram answers with the upper end of a bucket, which may lie above the largest value.
    return Math.min(measured.maxValue, measured.getValueAtPercentile(percentile)) / PER_MS;
  }

  /** Adds what others recorded: exactly, so that it does not matter which process saw a call. */
  add(other: Metrics): void {
    for (const name of ALL_NAMES) this.#histograms[name].add(other.#histograms[name]);
  }

  /** Each metric in the compressed format that every HDR tool reads (V2, base64), in microseconds. */
  encode(): Record<string, string> {
    return Object.fromEntries(
      ALL_NAMES.map((name) => [name, encodeIntoCompressedBase64(this.#histograms[name])]),
    );
  }

  /** @throws Error for what is no such histogram; a name that is missing was never recorded */
  static decode(encoded: Readonly<Record<string, unknown>>): Metrics {
    const metrics = new Metrics();
    for (const name of ALL_NAMES) {
      const text = encoded[name];
      if (text === undefined) continue;
      if (typeof text !== 'string') throw new TypeError(`${name} is no text`);
      metrics.#histograms[name].add(decodeFromCompressedBase64(text));
    }
    return metrics;
  }
}

/**
 * What several generators have measured so far, as one: counts are added, of times the largest is told, since
 * percentiles cannot be put together without the histograms.
 */
export function worstGlance(each: readonly MetricGlance[]): MetricGlance {
  const worst: { -readonly [Name in keyof MetricGlance]: MetricGlance[Name] } = {};
  for (const name of ALL_NAMES) {
    for (const { [name]: one } of each) {
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
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  });
}

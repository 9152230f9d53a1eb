import { checkArgument } from '@hookline/runtime';
import { loadError } from './error.js';
import { Metrics } from './metrics.js';

/** Number of calls by outcome, and of notable events. */
export interface CallCounts {
  /** Dialled. */
  started: number;
  /** Answered by the bot with `opened`. */
  opened: number;
  /** Ended by the bot: the success path, or the failure path if the behaviour of the call expects it. */
  completed: number;
  /** Hung up by the caller at the end of the hold time. */
  hungUp: number;
  /** All others; `failures` has the causes. */
  failed: number;
  /** Hung up because the load test was stopped early. */
  stopped: number;
  /** Times that the caller spoke and the bot did not answer. */
  unanswered: number;
  /** Gaps in the bots' audio. */
  underruns: number;
  /** Calls whose bot echoed the caller. */
  echoed: number;
}

/** Totals over the calls whose bot echoes, in milliseconds. */
export interface EchoTotals {
  backMs: number;
  lostMs: number;
  alteredMs: number;
}

/** Count, sum and maximum of the values in a second. */
export interface Spread {
  count: number;
  sum: number;
  max: number;
}

/** What happened in one second of a load test. */
export interface Second {
  started: number;
  ended: number;
  failed: number;
  /** Live calls at the end of the second. */
  live: number;
  readonly opened: Spread;
  readonly reply: Spread;
  readonly sendLate: Spread;
}

/** The longest run that is read or merged, in seconds: a week. */
export const MAX_SECONDS = 7 * 24 * 3600;

/** The measurements of one or more generators; `mergeRuns` combines several. */
export interface LoadRun {
  /** Unix time of the start, in milliseconds. */
  readonly startedAtMs: number;
  /** From the start to the end of the last call, in milliseconds. */
  readonly durationMs: number;
  readonly url: string;
  readonly processes: number;
  /** Allowed lateness of the generator, in milliseconds. */
  readonly maxLateMs: number;
  readonly counts: CallCounts;
  /** Failed calls by cause. */
  readonly failures: Record<string, number>;
  /** The error of the first failed call of each cause; absent in files of earlier versions. */
  readonly examples?: Readonly<Record<string, string>>;
  readonly echo: EchoTotals;
  readonly seconds: readonly Second[];
  readonly metrics: Metrics;
  /** CPU time of the generators, in milliseconds. */
  readonly cpuMs: number;
}

export const NO_CALLS: Readonly<CallCounts> = {
  started: 0,
  opened: 0,
  completed: 0,
  hungUp: 0,
  failed: 0,
  stopped: 0,
  unanswered: 0,
  underruns: 0,
  echoed: 0,
};

export function emptySecond(): Second {
  const spread = () => ({ count: 0, sum: 0, max: 0 });
  return { started: 0, ended: 0, failed: 0, live: 0, opened: spread(), reply: spread(), sendLate: spread() };
}

/** Adds the numbers of `source` to those of `target`, by name. */
export function addCounts(target: object, source: object): void {
  for (const [name, count] of Object.entries(source)) {
    const before: unknown = Reflect.get(target, name);
    if (typeof count === 'number')
      Reflect.set(target, name, (typeof before === 'number' ? before : 0) + count);
  }
}

/** Maximum number of characters of an example of an error, and of its cause. */
const MAX_EXAMPLE_CHARS = 500;

/** Maximum number of causes with an example. */
const MAX_EXAMPLES = 100;

/** Adds the error of a call as the example of its cause, if there is none. Bots send parts of these texts. */
export function addExample(examples: Record<string, string>, cause: string, error: string): void {
  if (Object.hasOwn(examples, cause) || Object.keys(examples).length >= MAX_EXAMPLES) return;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  const printable = error.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  Object.defineProperty(examples, cause, {
    value: printable.slice(0, MAX_EXAMPLE_CHARS),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function addSpread(target: Spread, source: Spread): void {
  target.count += source.count;
  target.sum += source.sum;
  target.max = Math.max(target.max, source.max);
}

/** Adds a value to a spread. */
export function recordValue(target: Spread, value: number): void {
  target.count += 1;
  target.sum += value;
  target.max = Math.max(target.max, value);
}

/** Adds one generator's second to a total. */
export function addSecond(target: Second, source: Second): void {
  target.started += source.started;
  target.ended += source.ended;
  target.failed += source.failed;
  target.live += source.live;
  addSpread(target.opened, source.opened);
  addSpread(target.reply, source.reply);
  addSpread(target.sendLate, source.sendLate);
}

/** How many seconds each run starts after the first one. The seconds between two runs take memory as well. */
function offsetsOf(runs: readonly LoadRun[], startedAtMs: number): readonly number[] {
  const offsets = runs.map((run) => Math.round((run.startedAtMs - startedAtMs) / 1000));
  const last = Math.max(...offsets);
  if (last > MAX_SECONDS) {
    throw loadError(
      'LOAD_BAD_OPTION',
      `The runs cannot be merged: run ${offsets.indexOf(last) + 1} of ${runs.length} starts ${last} s after the first; expected ${MAX_SECONDS} s at most, which is a week. Merge only runs of machines that ran at the same time.`,
    );
  }
  return offsets;
}

/**
 * Merges the runs of several processes or machines. Seconds are aligned by wall-clock time; histograms are merged
 * exactly.
 *
 * @param runs - at least one
 * @throws HooklineError `LOAD_BAD_OPTION` for runs that start more than a week apart
 */
export function mergeRuns(runs: readonly LoadRun[]): LoadRun {
  checkArgument('LOAD_BAD_OPTION', 'mergeRuns: runs', runs, 'list');
  const startedAtMs = Math.min(...runs.map((run) => run.startedAtMs));
  const counts = { ...NO_CALLS };
  const failures: Record<string, number> = {};
  const examples: Record<string, string> = {};
  const echo = { backMs: 0, lostMs: 0, alteredMs: 0 };
  const metrics = new Metrics();
  const offsets = offsetsOf(runs, startedAtMs);
  const length = Math.max(...runs.map((run, index) => (offsets[index] ?? 0) + run.seconds.length));
  const seconds = Array.from({ length }, emptySecond);
  for (const [at, run] of runs.entries()) {
    const offset = offsets[at] ?? 0;
    addCounts(counts, run.counts);
    addCounts(failures, run.failures);
    for (const [cause, error] of Object.entries(run.examples ?? {})) addExample(examples, cause, error);
    addCounts(echo, run.echo);
    metrics.add(run.metrics);
    for (const [index, second] of run.seconds.entries()) {
      addSecond(seconds[offset + index] ?? emptySecond(), second);
    }
  }
  return {
    startedAtMs,
    durationMs: Math.max(...runs.map((run) => run.startedAtMs - startedAtMs + run.durationMs)),
    url: [...new Set(runs.map(({ url }) => url))].join(', '),
    processes: runs.reduce((sum, run) => sum + run.processes, 0),
    maxLateMs: Math.min(...runs.map((run) => run.maxLateMs)),
    counts,
    failures,
    examples,
    echo,
    seconds,
    metrics,
    cpuMs: runs.reduce((sum, run) => sum + run.cpuMs, 0),
  };
}

import { checkArgument } from '@hookline/runtime';
import { Metrics } from './metrics.js';

/** How many calls came to what. */
export interface CallCounts {
  /** Dialled. */
  started: number;
  /** Of those, the bot sent `opened`. */
  opened: number;
  /** The bot ended the call: the success path. */
  completed: number;
  /** Hung up when its time was over. */
  hungUp: number;
  /** Everything else; `failures` tells why. */
  failed: number;
  /** Hung up because the load was stopped before its end. */
  stopped: number;
  /** Times that the caller spoke and the bot did not answer. */
  unanswered: number;
  /** Gaps in the audio of bots. */
  underruns: number;
  /** Calls whose bot sent back what it heard. */
  echoed: number;
}

/** Audio of the calls whose bot echoes, in milliseconds. */
export interface EchoTotals {
  backMs: number;
  lostMs: number;
  alteredMs: number;
}

/** How many there were of something in a second, their sum and the largest. */
export interface Spread {
  count: number;
  sum: number;
  max: number;
}

/** What happened in one second of a load. */
export interface Second {
  started: number;
  ended: number;
  failed: number;
  /** Calls under way at its end. */
  live: number;
  readonly opened: Spread;
  readonly reply: Spread;
  readonly sendLate: Spread;
}

/** All that one or more generators measured. What several measured is the sum of each: `mergeRuns`. */
export interface LoadRun {
  /** Unix time at which calls began, in milliseconds. */
  readonly startedAtMs: number;
  /** From there to the end of the last call, in milliseconds. */
  readonly durationMs: number;
  readonly url: string;
  readonly processes: number;
  /** How late the generator was allowed to be, in milliseconds. */
  readonly maxLateMs: number;
  readonly counts: CallCounts;
  /** Failed calls by cause. */
  readonly failures: Record<string, number>;
  readonly echo: EchoTotals;
  readonly seconds: readonly Second[];
  readonly metrics: Metrics;
  /** CPU time of the generators in milliseconds. */
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

/** Adds the numbers of `more` to those of `to`, by name. */
export function addCounts(to: object, more: object): void {
  for (const [name, count] of Object.entries(more)) {
    const before: unknown = Reflect.get(to, name);
    if (typeof count === 'number') Reflect.set(to, name, (typeof before === 'number' ? before : 0) + count);
  }
}

function addSpread(to: Spread, more: Spread): void {
  to.count += more.count;
  to.sum += more.sum;
  to.max = Math.max(to.max, more.max);
}

/** Adds a value to a second's spread. */
export function spreadOver(to: Spread, value: number): void {
  to.count += 1;
  to.sum += value;
  to.max = Math.max(to.max, value);
}

/** Adds a second of one generator to that of others. */
export function addSecond(to: Second, more: Second): void {
  to.started += more.started;
  to.ended += more.ended;
  to.failed += more.failed;
  to.live += more.live;
  addSpread(to.opened, more.opened);
  addSpread(to.reply, more.reply);
  addSpread(to.sendLate, more.sendLate);
}

/**
 * One run of several: what processes or machines measured at the same time. Seconds are put together by the time of
 * day, histograms exactly.
 *
 * @param runs - at least one
 */
export function mergeRuns(runs: readonly LoadRun[]): LoadRun {
  checkArgument('LOAD_BAD_OPTION', 'mergeRuns: runs', runs, 'list');
  const startedAtMs = Math.min(...runs.map((run) => run.startedAtMs));
  const counts = { ...NO_CALLS };
  const failures: Record<string, number> = {};
  const echo = { backMs: 0, lostMs: 0, alteredMs: 0 };
  const metrics = new Metrics();
  const seconds: Second[] = [];
  for (const run of runs) {
    addCounts(counts, run.counts);
    addCounts(failures, run.failures);
    addCounts(echo, run.echo);
    metrics.add(run.metrics);
    const offset = Math.round((run.startedAtMs - startedAtMs) / 1000);
    for (const [index, second] of run.seconds.entries()) {
      seconds[offset + index] ??= emptySecond();
      addSecond(seconds[offset + index] ?? emptySecond(), second);
    }
  }
  for (let index = 0; index < seconds.length; index++) seconds[index] ??= emptySecond();
  return {
    startedAtMs,
    durationMs: Math.max(...runs.map((run) => run.startedAtMs - startedAtMs + run.durationMs)),
    url: [...new Set(runs.map(({ url }) => url))].join(', '),
    processes: runs.reduce((sum, run) => sum + run.processes, 0),
    maxLateMs: Math.min(...runs.map((run) => run.maxLateMs)),
    counts,
    failures,
    echo,
    seconds,
    metrics,
    cpuMs: runs.reduce((sum, run) => sum + run.cpuMs, 0),
  };
}

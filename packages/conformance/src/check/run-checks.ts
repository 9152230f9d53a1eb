import { setMaxListeners } from 'node:events';
import { type Clock, messageOf, runUserCode, systemClock } from '@hookline/runtime';
import type { CheckTarget } from '../caller/open-parameters.js';
import type { RawCall } from '../caller/raw-call.js';
import type { CallRecord } from '../record/call-record.js';
import { type Deadlines, PLATFORM_DEADLINES } from '../record/deadlines.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import { evaluateCalls } from '../rules/evaluate.js';
import type { Scenario } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { EvaluatedCall } from './assess.js';
import { buildReport, type CompletedRun } from './build-report.js';
import { checkOptions } from './check-options.js';
import { LagMonitor } from './lag-monitor.js';
import { prepareProfile } from './prepare-profile.js';
import type { ProfileFile } from './profile.js';
import type { CheckReport } from './report.js';
import { createObservedRun, createScenarioContext, RunStopped } from './scenario-context.js';
import { selectChecks } from './select.js';
import { writeTrace } from './write-trace.js';

/** Options of `runChecks`. */
export interface CheckOptions {
  readonly target: CheckTarget;
  /** Default: no triggers, and `auth` is `signed` if the target has a client secret, otherwise `none`. */
  readonly profile?: ProfileFile;
  /** Checks to run: ids, areas or scenarios. Default: all. */
  readonly only?: readonly string[];
  /** Checks to skip: ids, areas or scenarios. Default: none. */
  readonly skip?: readonly string[];
  /** Whether clauses with basis `sample` or `third-party` fail the bot too. Default false. */
  readonly strict?: boolean;
  /** Whether the bot passes even if no clause of an area was exercised. Default false. */
  readonly allowInconclusive?: boolean;
  /** Default: the time limits of Genesys Cloud. */
  readonly deadlines?: Partial<Deadlines>;
  /** The number of scenarios that run at the same time. Default 4. */
  readonly parallel?: number;
  /** The folder for traces of calls with findings. Default: no traces are stored. */
  readonly traceDir?: string;
  readonly clock?: Clock;
  /**
   * Stops the run: its calls are ended with `close` within about a second, and the report contains the results so far,
   * with `problem.kind` `stopped`.
   */
  readonly signal?: AbortSignal;
  /** Called when a scenario starts and ends. What it throws is ignored. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The progress of a run. */
export interface Progress {
  readonly scenario: string;
  readonly phase: 'begin' | 'end';
  /** The number of completed scenarios, and of all. */
  readonly done: number;
  readonly total: number;
}

const PARALLEL = 4;

/**
 * Checks a bot: makes calls that test the clauses, and reports for each clause whether the bot kept it.
 *
 * @throws HooklineError `CONFORMANCE_BAD_CHECK` for an unknown entry of `only` or `skip`; `CONFORMANCE_BAD_OPTION`;
 * `CONFORMANCE_BAD_PROFILE`, also for audio that cannot be played and for inputs that are too long
 */
export async function runChecks(options: CheckOptions): Promise<CheckReport> {
  checkOptions(options);
  const { target, clock = systemClock, strict = false, parallel = PARALLEL } = options;
  const { allowInconclusive = false } = options;
  const startedMs = clock.now();
  const checks = selectChecks(options.only, options.skip);
  const profile = await prepareProfile(options.profile ?? {}, target);
  const deadlines = { ...PLATFORM_DEADLINES, ...options.deadlines };
  const scenarios = SCENARIOS.filter(
    (scenario, index) => index === 0 || checks.some((check) => scenario.covers.includes(check.id)),
  ).filter((scenario) => scenario.skip?.({ target, profile }) === undefined);

  const callsByScenario = new Map<Scenario, RawCall[]>();
  const observed = createObservedRun(() =>
    [...callsByScenario.values()].flat().some((call) => call.connected),
  );
  let done = 0;
  // Every call adds a listener to this signal, without a limit.
  const abortRun = new AbortController();
  setMaxListeners(0, abortRun.signal);
  /** The calls that had ended when the run was stopped. The others are not evaluated: the stop ended them. */
  let completedCalls: ReadonlySet<RawCall> | undefined;
  const stop = () => {
    completedCalls = new Set([...callsByScenario.values()].flat().filter((call) => !call.connected));
    abortRun.abort();
  };
  const runScenario = async (scenario: Scenario) => {
    if (abortRun.signal.aborted) return;
    const calls: RawCall[] = [];
    callsByScenario.set(scenario, calls);
    // What it throws must not lose the report.
    const report = (phase: Progress['phase']) =>
      runUserCode(
        () => options.onProgress?.({ scenario: scenario.name, phase, done, total: scenarios.length }),
        () => {},
      );
    report('begin');
    const { signal } = abortRun;
    try {
      await scenario.run(
        createScenarioContext({ target, profile, deadlines, clock, observed, signal }, scenario, calls),
      );
    } catch (error) {
      if (!(error instanceof RunStopped)) throw error;
    }
    if (signal.aborted) return;
    done += 1;
    report('end');
  };

  const lag = new LagMonitor(clock);
  const [firstScenario, ...others] = scenarios;
  const runScenarios = async () => {
    if (firstScenario) await runScenario(firstScenario);
    const first = firstScenario && callsByScenario.get(firstScenario)?.at(0)?.record();
    if (!first || !readTimeline(first).items.some((item) => typeOf(item) === 'opened')) return false;
    await runLimited(
      others.filter(({ exclusive }) => !exclusive),
      parallel,
      runScenario,
    );
    await runLimited(
      others.filter(({ exclusive }) => exclusive),
      1,
      runScenario,
    );
    return true;
  };
  if (options.signal?.aborted) stop();
  else options.signal?.addEventListener('abort', stop);
  const opened = await runScenarios().finally(() => {
    lag.stop();
    options.signal?.removeEventListener('abort', stop);
  });
  const calls = [...callsByScenario.values()].flat();
  if (completedCalls) await Promise.all(calls.map((call) => call.hangUp()));
  const lagMs = lag.stop();
  const records = scenarios.flatMap((scenario) =>
    (callsByScenario.get(scenario) ?? [])
      .filter((call) => !completedCalls || completedCalls.has(call))
      .map((call) => call.record()),
  );
  const evaluated = await evaluateRecords(records, options.traceDir, clock);
  return buildReport({
    target,
    profile,
    checks,
    isSelection: (options.only?.length ?? 0) > 0,
    strict,
    allowInconclusive,
    parallel,
    ...evaluated,
    dialedCalls: calls.length,
    opened,
    ...(completedCalls ? { stopped: { done, total: scenarios.length } } : {}),
    lagMs,
    durationMs: Math.round(clock.now() - startedMs),
  });
}

/** Evaluates the calls, and stores the traces of those with findings in `traceDir`. */
async function evaluateRecords(
  records: readonly CallRecord[],
  traceDir: string | undefined,
  clock: Clock,
): Promise<Pick<CompletedRun, 'calls' | 'traceProblems'>> {
  const evaluations = evaluateCalls(records);
  const calls: EvaluatedCall[] = [];
  const traceProblems: string[] = [];
  for (const [index, record] of records.entries()) {
    const evidence = evaluations[index] ?? [];
    const trace =
      traceDir === undefined || evidence.every((one) => one.passed)
        ? undefined
        : await writeTrace(record, evidence, traceDir, clock).catch((error: unknown) => {
            // The calls have been made: without its trace a finding is still worth reporting.
            traceProblems.push(messageOf(error));
            return undefined;
          });
    calls.push({ record, evidence, ...(trace === undefined ? {} : { trace }) });
  }
  return { calls, traceProblems };
}

/** Runs a function for each item, at most `size` at a time. */
async function runLimited<T>(
  items: readonly T[],
  size: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
}

import { setMaxListeners } from 'node:events';
import { joinConnectionUri } from '@hookline/protocol';
import { type Clock, messageOf, runUserCode, sleep, systemClock } from '@hookline/runtime';
import { createRedactor } from '@hookline/trace';
import type { CheckTarget } from '../caller/open-parameters.js';
import { RawCall } from '../caller/raw-call.js';
import { busyStatusOf } from '../record/busy.js';
import { type Deadlines, PLATFORM_DEADLINES } from '../record/deadlines.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import { evaluateCalls } from '../rules/evaluate.js';
import { earlyEndOf } from '../rules/unrelated-end.js';
import { type CallSpec, repeated, type Scenario, type ScenarioContext } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { assess, byRelevance, type EvaluatedCall, SIGNED_AUTH } from './assess.js';
import { areaOf, type Check } from './catalogue.js';
import { checkOptions } from './check-options.js';
import { LagMonitor, MAX_LAG_MS, TIMED } from './lag-monitor.js';
import type { Outcome } from './outcome.js';
import { prepareProfile } from './prepare-profile.js';
import type { Profile, ProfileFile, Trigger } from './profile.js';
import type { CheckReport, CheckResult, Finding } from './report.js';
import { findProblem, isExplanatoryCall, lagProblem, stoppedProblem } from './run-problem.js';
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
  const startedMs = clock.now();
  const checks = selectChecks(options.only, options.skip);
  const profile = await prepareProfile(options.profile ?? {}, target);
  const deadlines = { ...PLATFORM_DEADLINES, ...options.deadlines };
  const scenarios = SCENARIOS.filter(
    (scenario, index) => index === 0 || checks.some((check) => scenario.covers.includes(check.id)),
  ).filter((scenario) => scenario.skip?.({ target, profile }) === undefined);

  const callsByScenario = new Map<Scenario, RawCall[]>();
  const observed: ObservedRun = {
    neverCloses: false,
    hasPong: false,
    callsWithoutPong: new Set(),
    dialing: 0,
    failedRepetitions: 0,
    repetition: Promise.resolve(),
    isConnected: () => [...callsByScenario.values()].flat().some((call) => call.connected),
  };
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
        createContext({ target, profile, deadlines, clock, observed, signal }, scenario, calls),
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
  const evaluations = evaluateCalls(records);
  const evaluatedCalls: EvaluatedCall[] = [];
  const traceProblems: string[] = [];
  for (const [index, record] of records.entries()) {
    const evidence = evaluations[index] ?? [];
    const { traceDir } = options;
    const trace =
      traceDir === undefined || evidence.every((one) => one.passed)
        ? undefined
        : await writeTrace(record, evidence, traceDir, clock).catch((error: unknown) => {
            // The calls have been made: without its trace a finding is still worth reporting.
            traceProblems.push(messageOf(error));
            return undefined;
          });
    evaluatedCalls.push({ record, evidence, ...(trace === undefined ? {} : { trace }) });
  }
  // Calls that explain why the first call was refused are reported before its consequences.
  const orderedCalls = [
    ...evaluatedCalls.filter(({ record }) => isExplanatoryCall(record)),
    ...evaluatedCalls,
  ];
  const violations = orderedCalls.flatMap(({ evidence }) => evidence).filter((one) => !one.passed);
  const [blockingClause] = violations.map(({ clause }) => clause).filter((id) => id !== 'AC-OPEN-9');
  const mask = createRedactor([target.apiKey, target.clientSecret].filter((one) => one !== undefined)).text;
  const unmaskedProblem = completedCalls
    ? stoppedProblem(done, scenarios.length)
    : findProblem({ url: target.url, calls: evaluatedCalls, violations, opened, parallel, lagMs });
  const runProblem = unmaskedProblem && { ...unmaskedProblem, message: mask(unmaskedProblem.message) };
  const assessed = checks.map((check) =>
    assess(check, evaluatedCalls, {
      strict,
      blockedBy:
        opened || completedCalls
          ? undefined
          : (runProblem?.message ?? blockingClause ?? 'the first call was not opened'),
      notApplicable: (one) => notApplicable(one, { target, profile }),
      lacking: ({ id }) => (areaOf(id) === 'SIG' && profile.auth !== 'signed' ? SIGNED_AUTH : undefined),
      isStopped: completedCalls !== undefined,
    }),
  );
  const results = lagMs > MAX_LAG_MS ? assessed.map((result) => inconclusive(result, lagMs)) : assessed;
  const problem =
    runProblem ??
    (results.some((result, index) => result !== assessed[index]) ? lagProblem(lagMs) : undefined);
  const findings = results
    .filter((result): result is CheckResult & { readonly finding: Finding } => result.finding !== undefined)
    .sort((a, b) => byRelevance(orderedCalls)(a.id, b.id));
  const unseenAreas = findUnseenAreas(
    options.only?.length ? checks : requiredChecks(checks, profile),
    results,
  );
  const failed = results.some(({ outcome }) => outcome === 'fail') || problem !== undefined || !opened;
  return {
    url: mask(target.url),
    ok: !failed && (options.allowInconclusive === true || unseenAreas.length === 0),
    strict,
    durationMs: Math.round(clock.now() - startedMs),
    calls: calls.length,
    results,
    findings,
    lagMs,
    counts: countOutcomes(results),
    unseenAreas,
    ...(traceProblems.length > 0 ? { traceProblems } : {}),
    ...(problem ? { problem } : {}),
  };
}

/** Makes a finding about response times inconclusive, because this process itself was late. */
function inconclusive(result: CheckResult, lagMs: number): CheckResult {
  const { finding, ...rest } = result;
  if (finding === undefined || !TIMED.has(result.id)) return result;
  const reason = `the process of the check was blocked for ${(lagMs / 1000).toFixed(1)} s, so this may not be the bot's fault: ${finding.got}`;
  return { ...rest, outcome: 'inconclusive', reason };
}

/** Thrown in a scenario when the run is stopped. */
class RunStopped extends Error {}

/** What the calls of the run have to know about the others. */
interface ObservedRun {
  /** Whether a `close` was not answered. Later calls then wait only briefly. */
  neverCloses: boolean;
  /** Whether any `ping` was answered. */
  hasPong: boolean;
  /** The calls in which a `ping` was not answered in time. */
  readonly callsWithoutPong: Set<object>;
  /** The number of calls that are being dialled. */
  dialing: number;
  /** The number of repeated calls that were not opened either. */
  failedRepetitions: number;
  /** Settled when the last refused call may be repeated. */
  repetition: Promise<void>;
  /** Whether any call that was dialled is still connected. */
  isConnected(): boolean;
}

/** The pause before a refused call is repeated, in milliseconds: a bot may limit how often it is called. */
const REPETITION_PAUSE_MS = 1000;
/** After this many repetitions that were not opened either, no call is repeated: the bot opens no more than it did. */
const MAX_FAILED_REPETITIONS = 10;

/** The wait for `closed` of a bot that is known not to send it, in milliseconds. */
const SHORT_CLOSED_TIMEOUT_MS = 500;

/** After this many calls without any `pong` in the run, the bot is known not to send it. Later ones wait this long, in ms. */
const CALLS_WITHOUT_PONG = 2;
const SHORT_PONG_TIMEOUT_MS = 500;

interface RunSettings {
  readonly observed: ObservedRun;
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

function createContext(
  { target, profile, deadlines, clock, observed, signal }: RunSettings,
  scenario: Scenario,
  calls: RawCall[],
): ScenarioContext {
  const throwIfStopped = () => {
    if (signal.aborted) throw new RunStopped();
  };
  const dialOnce = async ({ trigger, ...spec }: CallSpec) => {
    throwIfStopped();
    const url =
      trigger?.connectorId === undefined
        ? undefined
        : joinConnectionUri(target.baseUrl ?? target.url, trigger.connectorId);
    observed.dialing += 1;
    const call = await RawCall.dial({
      scenario: scenario.name,
      purpose: { kind: 'call' },
      target,
      deadlines,
      clock,
      inputs: profile.inputs,
      signal,
      isBesideAnother: () => observed.dialing > 1 || observed.isConnected(),
      ...(observed.neverCloses ? { closedTimeoutMs: SHORT_CLOSED_TIMEOUT_MS } : {}),
      onNotClosed() {
        observed.neverCloses = true;
      },
      pongTimeoutMs: () =>
        !observed.hasPong && observed.callsWithoutPong.size >= CALLS_WITHOUT_PONG
          ? SHORT_PONG_TIMEOUT_MS
          : undefined,
      onPong(arrived) {
        if (arrived) observed.hasPong = true;
        else observed.callsWithoutPong.add(spec);
      },
      ...(url === undefined ? {} : { url }),
      ...spec,
    }).finally(() => {
      observed.dialing -= 1;
    });
    calls.push(call);
    throwIfStopped();
    return call;
  };
  /** Whether to repeat a call that the bot did not open. The first one is not: what prevents it prevents all others. */
  const mayRepeat = (call: RawCall) =>
    scenario !== SCENARIOS[0] &&
    !call.isRepeated &&
    observed.failedRepetitions < MAX_FAILED_REPETITIONS &&
    earlyEndOf(readTimeline(call.record())) !== undefined;
  const repeat = async (spec: CallSpec, make: (spec: CallSpec) => Promise<RawCall>) => {
    // A second apart: two at once could be too many again.
    observed.repetition = observed.repetition
      .then(() => sleep(clock, REPETITION_PAUSE_MS, signal))
      .catch(() => {});
    await observed.repetition;
    throwIfStopped();
    const call = await make(repeated(spec));
    if (!call.connected) observed.failedRepetitions += 1;
    return call;
  };
  const dial = async (spec: CallSpec) => {
    const call = await dialOnce(spec);
    const kind = spec.purpose?.kind ?? 'call';
    // A request that must be refused is none of these; of a call after an attack, the attack is repeated too.
    const isDue = kind === 'acceptance' ? busyStatusOf(call) !== undefined : kind !== 'refusal';
    return !call.connected && isDue && mayRepeat(call) ? await repeat(spec, dialOnce) : call;
  };
  return {
    target,
    profile,
    clock,
    deadlines,
    dial,
    async open(spec, changes) {
      const dialOpen = async (one: CallSpec) => {
        const dialed = await dial(one);
        if (!(await dialed.open({ ...inputsOf(spec.trigger), ...changes }))) await dialed.hangUp();
        throwIfStopped();
        return dialed;
      };
      const first = await dialOpen(spec);
      const call = first.isOpen || !mayRepeat(first) ? first : await repeat(spec, dialOpen);
      if (!call.isOpen) return undefined;
      call.audio.start();
      return call;
    },
  };
}

const inputsOf = (trigger: Trigger | undefined) =>
  trigger?.inputs === undefined ? {} : { inputVariables: trigger.inputs };

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

function notApplicable(
  check: Check,
  { target, profile }: Pick<RunSettings, 'target' | 'profile'>,
): string | undefined {
  const { id } = check;
  if (id === 'AC-CONN-4') {
    if (!target.url.startsWith('wss:')) return 'the URL begins with ws:';
    if (target.tls?.ca !== undefined) return 'the certificate is verified against a configured authority';
    if (target.tls?.insecure) return 'certificates are not verified';
  }
  if (id === 'AC-PROBE-4' && (target.baseUrl ?? target.url) === target.url)
    return 'no other base connection URI was given';
  if (id === 'AC-VAR-2' && Object.keys(profile.inputs).length > 0)
    return 'the profile has inputs, so every call has input variables';
  if (id === 'AC-AUTH-6' && profile.auth !== 'none') return 'the bot refuses before the upgrade';
  const reasons = SCENARIOS.filter(({ name }) => check.scenarios.includes(name)).map(({ skip }) =>
    skip?.({ target, profile }),
  );
  const isSigned = areaOf(id) === 'SIG' || id === 'AC-AUTH-3';
  const unsigned = isSigned && target.clientSecret === undefined;
  if (unsigned) return 'requests are not signed';
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/**
 * Returns the checks that a full run must exercise: checks that need a trigger only if the profile has it, because a bot
 * that never ends a call by itself, for example, sends no outputs.
 */
function requiredChecks(checks: readonly Check[], { triggers }: Pick<Profile, 'triggers'>): readonly Check[] {
  return checks.filter(
    (check) => check.triggers.length === 0 || check.triggers.some((name) => triggers[name]),
  );
}

/** Returns the areas with a required clause of basis `platform` that applies, of which none was exercised. */
function findUnseenAreas(required: readonly Check[], results: readonly CheckResult[]): string[] {
  const platform = results.filter(
    ({ basis, outcome }) => basis === 'platform' && outcome !== 'not-applicable',
  );
  const seen = (area: string) =>
    platform.some(({ id, outcome }) => areaOf(id) === area && (outcome === 'pass' || outcome === 'fail'));
  const areas = platform
    .filter(({ id }) => required.some((check) => check.id === id))
    .map(({ id }) => areaOf(id));
  return [...new Set(areas)].filter(
    // An area with a finding was exercised.
    (area) => !results.some(({ id, finding }) => areaOf(id) === area && finding) && !seen(area),
  );
}

function countOutcomes(results: readonly CheckResult[]): Record<Outcome, number> {
  const counts = { pass: 0, fail: 0, warn: 0, note: 0, inconclusive: 0, blocked: 0, 'not-applicable': 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

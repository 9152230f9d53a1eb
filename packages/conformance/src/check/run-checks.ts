import { setMaxListeners } from 'node:events';
import { joinConnectionUri } from '@hookline/protocol';
import { type Clock, systemClock } from '@hookline/runtime';
import { createRedactor } from '@hookline/trace';
import type { CheckTarget } from '../caller/open-parameters.js';
import { RawCall } from '../caller/raw-call.js';
import type { CallRecord } from '../record/call-record.js';
import { type Deadlines, PLATFORM_DEADLINES } from '../record/deadlines.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import { evaluateCalls } from '../rules/judge.js';
import type { CallSpec, Scenario, Stage } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { assess, byRelevance, type EvaluatedCall } from './assess.js';
import { areaOf, type Check } from './catalogue.js';
import { checkOptions } from './check-options.js';
import { LagMonitor, MAX_LAG_MS, TIMED } from './lag-monitor.js';
import type { Outcome } from './outcome.js';
import type { Profile, ProfileFile, Trigger } from './profile.js';
import type { CheckReport, CheckResult, Finding, Problem } from './report.js';
import { selectChecks } from './select.js';
import { writeTrace } from './write-trace.js';

/** What to check, and how. */
export interface CheckOptions {
  readonly target: CheckTarget;
  /** Default: no triggers; `signed` where the target has a secret, else `none`. */
  readonly profile?: ProfileFile;
  /** Checks to make: ids, areas or scenarios. Default all. */
  readonly only?: readonly string[];
  /** Checks to leave out. */
  readonly skip?: readonly string[];
  /** Whether rules that rest on samples or third parties fail the bot too. Default false. */
  readonly strict?: boolean;
  /** Whether areas in which nothing could be seen are no failure. Default false. */
  readonly allowInconclusive?: boolean;
  /** Default what Genesys Cloud grants. */
  readonly deadlines?: Partial<Deadlines>;
  /** Scenarios at a time. Default 4. */
  readonly parallel?: number;
  /** A folder in which calls with findings are kept as traces. Default: none is kept. */
  readonly traceDir?: string;
  readonly clock?: Clock;
  /**
   * Stops the run: its calls are ended with `close`, within about a second, and the report tells what had been seen by
   * then. Its `problem` is `stopped`. Default: it runs to its end.
   */
  readonly signal?: AbortSignal;
  /** Called when a scenario starts and ends. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a run is. */
export interface Progress {
  readonly scenario: string;
  readonly what: 'begin' | 'end';
  /** Scenarios that are over, of how many. */
  readonly done: number;
  readonly of: number;
}

const PARALLEL = 4;

/**
 * Checks a bot: makes calls that test its clauses and reports for each clause whether it was kept.
 *
 * @throws HooklineError `CONFORMANCE_BAD_CHECK` for an unknown entry of `only` or `skip`; `CONFORMANCE_OWN_MESSAGE` where the profile
 * makes a message that no client may send, such as inputs that are too long; `TRACE_EXISTS`, `TRACE_WRITE`
 */
export async function runChecks(options: CheckOptions): Promise<CheckReport> {
  checkOptions(options);
  const { target, clock = systemClock, strict = false } = options;
  const startedMs = clock.now();
  const checks = selectChecks(options.only, options.skip);
  const profile: Profile = {
    triggers: options.profile?.triggers ?? {},
    inputs: options.profile?.inputs ?? {},
    auth: options.profile?.auth ?? (target.clientSecret === undefined ? 'none' : 'signed'),
  };
  const deadlines = { ...PLATFORM_DEADLINES, ...options.deadlines };
  const wanted = SCENARIOS.filter(
    (scenario, index) => index === 0 || checks.some((check) => scenario.shows.includes(check.id)),
  ).filter((scenario) => scenario.skip?.({ target, profile }) === undefined);

  const traits: BotTraits = { neverCloses: false };
  const dialled = new Map<Scenario, RawCall[]>();
  let done = 0;
  // As the run sees it: each call listens to it, and there may be many.
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  /** What was over when the run was stopped: the other calls show what the stop did to them, not what the bot did. */
  let whole: ReadonlySet<RawCall> | undefined;
  const stop = () => {
    whole = new Set([...dialled.values()].flat().filter((call) => !call.connected));
    ending.abort();
  };
  const play = async (scenario: Scenario) => {
    if (ending.signal.aborted) return;
    const calls: RawCall[] = [];
    dialled.set(scenario, calls);
    const report = (what: Progress['what']) =>
      options.onProgress?.({ scenario: scenario.name, what, done, of: wanted.length });
    report('begin');
    const { signal } = ending;
    try {
      await scenario.run(stageOf({ target, profile, deadlines, clock, traits, signal }, scenario, calls));
    } catch (error) {
      if (!(error instanceof RunStopped)) throw error;
    }
    if (signal.aborted) return;
    done += 1;
    report('end');
  };

  const lag = new LagMonitor(clock);
  const [firstScenario, ...others] = wanted;
  const playAll = async () => {
    if (firstScenario) await play(firstScenario);
    const first = firstScenario && dialled.get(firstScenario)?.at(0)?.record();
    if (!first || !readTimeline(first).items.some((item) => typeOf(item) === 'opened')) return false;
    await runLimited(
      others.filter(({ alone }) => !alone),
      options.parallel ?? PARALLEL,
      play,
    );
    await runLimited(
      others.filter(({ alone }) => alone),
      1,
      play,
    );
    return true;
  };
  if (options.signal?.aborted) stop();
  else options.signal?.addEventListener('abort', stop);
  const opened = await playAll().finally(() => {
    lag.stop();
    options.signal?.removeEventListener('abort', stop);
  });
  const calls = [...dialled.values()].flat();
  if (whole) await Promise.all(calls.map((call) => call.hangUp()));
  const lagMs = lag.stop();
  const records = wanted.flatMap((scenario) =>
    (dialled.get(scenario) ?? []).filter((call) => !whole || whole.has(call)).map((call) => call.record()),
  );
  const evaluations = evaluateCalls(records);
  const judged: EvaluatedCall[] = [];
  for (const [index, record] of records.entries()) {
    const evidence = evaluations[index] ?? [];
    const keep = options.traceDir !== undefined && evidence.some((one) => !one.held);
    judged.push({
      record,
      evidence,
      ...(keep && options.traceDir !== undefined
        ? { trace: await writeTrace(record, evidence, options.traceDir, clock) }
        : {}),
    });
  }
  // What explains why the first call was refused is told before what followed from it.
  const inOrder = [...judged.filter(({ record }) => isExplanatoryCall(record)), ...judged];
  const broken = inOrder.flatMap(({ evidence }) => evidence).filter((one) => !one.held);
  const need = broken.find(({ clause }) => clause === 'AC-OPEN-9');
  const [blocker] = broken.filter((one) => one !== need).map(({ clause }) => clause);
  const explained = judged.some(
    ({ record, evidence }) => isExplanatoryCall(record) && evidence.some((one) => !one.held),
  );
  const refused = judged[0] !== undefined && isRefused(judged[0].record) && !explained;
  const masked = createRedactor([target.apiKey, target.clientSecret].filter((one) => one !== undefined)).text;
  const found = whole
    ? stopped(done, wanted.length)
    : need
      ? describeRefusal(target.url, need.got)
      : opened || (broken.length > 0 && !refused)
        ? undefined
        : lagMs > MAX_LAG_MS && maybeOurs(judged[0]?.record)
          ? laggedBehind(lagMs)
          : firstCallProblem(judged[0]);
  const known = found && { ...found, message: masked(found.message) };
  const assessed = checks.map((check) =>
    assess(check, judged, {
      strict,
      blockedBy: opened || whole ? undefined : (known?.message ?? blocker ?? 'the first call was not opened'),
      notApplicable: (one) => notApplicable(one, { target, profile }),
    }),
  );
  const confirmed = lagMs > MAX_LAG_MS ? assessed.map((result) => inconclusive(result, lagMs)) : assessed;
  const results = whole ? confirmed.map(listUnseen) : confirmed;
  const problem =
    known ??
    (confirmed.some((result, index) => result !== assessed[index]) ? laggedBehind(lagMs) : undefined);
  const findings = results
    .filter((result): result is CheckResult & { readonly finding: Finding } => result.finding !== undefined)
    .sort((a, b) => byRelevance(inOrder)(a.id, b.id));
  const unseenAreas = unseen(options.only?.length ? checks : dueChecks(checks, profile), results);
  const failed = results.some(({ outcome }) => outcome === 'fail') || problem !== undefined || !opened;
  return {
    url: masked(target.url),
    ok: !failed && (options.allowInconclusive === true || unseenAreas.length === 0),
    strict,
    durationMs: Math.round(clock.now() - startedMs),
    calls: calls.length,
    results,
    findings,
    lagMs,
    counts: count(results),
    unseenAreas,
    ...(problem ? { problem } : {}),
  };
}

/** A late answer, where it may have been this side that was late. */
function inconclusive(result: CheckResult, lagMs: number): CheckResult {
  const { finding, ...rest } = result;
  if (finding === undefined || !TIMED.has(result.id)) return result;
  const reason = `not sure: this check itself stood still for ${(lagMs / 1000).toFixed(1)} s; it saw: ${finding.got}`;
  return { ...rest, outcome: 'inconclusive', reason };
}

function laggedBehind(lagMs: number): Problem {
  return {
    kind: 'behind',
    message: `the check could not keep pace: its own process stood still for ${(lagMs / 1000).toFixed(1)} s, and what it says of times is void. Run it on a machine that is less busy`,
  };
}

function stopped(done: number, of: number): Problem {
  return {
    kind: 'stopped',
    message: `the check was stopped after ${done} of ${of} scenarios; what had not been seen by then was not checked`,
  };
}

/** A check that the run was stopped before. */
function listUnseen(result: CheckResult): CheckResult {
  if (result.outcome !== 'inconclusive' || !result.reason?.startsWith('not seen')) return result;
  return { ...result, reason: 'not seen before the check was stopped' };
}

/** Thrown in a scenario when the run is stopped. */
class RunStopped extends Error {}

/** What is known of the bot since the run began. */
interface BotTraits {
  /** Whether a `close` was not answered. Later calls then wait only briefly. */
  neverCloses: boolean;
}

/** How long `closed` is waited for where it is known not to come, in milliseconds. */
const SHORT_CLOSED_TIMEOUT_MS = 500;

interface Setting {
  readonly traits: BotTraits;
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

function stageOf(
  { target, profile, deadlines, clock, traits, signal }: Setting,
  scenario: Scenario,
  calls: RawCall[],
): Stage {
  const throwIfStopped = () => {
    if (signal.aborted) throw new RunStopped();
  };
  const dial = async ({ trigger, ...spec }: CallSpec) => {
    throwIfStopped();
    const url =
      trigger?.connectorId === undefined
        ? undefined
        : joinConnectionUri(target.baseUrl ?? target.url, trigger.connectorId);
    const call = await RawCall.dial({
      scenario: scenario.name,
      purpose: { kind: 'call' },
      target,
      deadlines,
      clock,
      inputs: profile.inputs,
      signal,
      ...(traits.neverCloses ? { closedTimeoutMs: SHORT_CLOSED_TIMEOUT_MS } : {}),
      onNotClosed() {
        traits.neverCloses = true;
      },
      ...(url === undefined ? {} : { url }),
      ...spec,
    });
    calls.push(call);
    throwIfStopped();
    return call;
  };
  return {
    target,
    profile,
    clock,
    deadlines,
    dial,
    async open(spec, changes) {
      const call = await dial(spec);
      if (!(await call.opened({ ...inputsOf(spec.trigger), ...changes }))) {
        await call.hangUp();
        return undefined;
      }
      throwIfStopped();
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
  const waiting = [...items];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
}

/** Whether the first call may have failed because this process stood still: the bot was reached, and refused nothing. */
function maybeOurs(record: CallRecord | undefined): boolean {
  if (record === undefined) return false;
  const upgraded = record.events.some((event) => event.kind === 'response' && event.status === 101);
  return record.maybeOurs === true || (upgraded && !isRefused(record));
}

/** Whether a call was made to find out why the first one was refused. */
function isExplanatoryCall({ scenario, purpose }: CallRecord): boolean {
  return scenario === 'handshake' && purpose.kind === 'refusal';
}

/** Whether the bot said no to the call in place of opening it. */
function isRefused(record: CallRecord): boolean {
  const answer = readTimeline(record).items.find((item) =>
    ['opened', 'disconnect'].includes(typeOf(item) ?? ''),
  );
  return answer !== undefined && typeOf(answer) === 'disconnect';
}

/** The bot does not take what production sends, which is no rule for bots but nothing works without it. */
function describeRefusal(url: string, why: string): Problem {
  return {
    kind: 'refused',
    message: `${url} refused the first call, which was as production makes it: ${why}`,
  };
}

/** Why not even the first call was opened, where no clause says it. */
function firstCallProblem(call: EvaluatedCall | undefined): Problem {
  const record = call?.record;
  const response = record?.events.find((event) => event.kind === 'response');
  const url = record?.url ?? '';
  if (response?.kind === 'response' && response.status !== 101) {
    const said = response.body.trim() === '' ? '' : `; it says ${response.body.trim().slice(0, 200)}`;
    const denied = response.status === 401 || response.status === 403;
    return {
      kind: denied ? 'unauthorized' : 'unreachable',
      message: `${url} answered HTTP ${response.status}${said}. ${denied ? 'Check API key and client secret on both sides' : 'Check path and Connector ID'}.`,
    };
  }
  const refusal = record && readTimeline(record).items.find((item) => typeOf(item) === 'disconnect');
  if (refusal?.kind === 'message') {
    const denied = refusal.text.includes('"unauthorized"');
    return {
      kind: denied ? 'unauthorized' : 'refused',
      message: `${url} refused the first call: ${refusal.text}. If it needs input variables, name them in the profile: {"inputs":{"name":"value"}}`,
    };
  }
  return { kind: 'unreachable', message: `${url} cannot be reached: ${record?.unreachable ?? 'no answer'}` };
}

function notApplicable(
  check: Check,
  { target, profile }: Pick<Setting, 'target' | 'profile'>,
): string | undefined {
  const { id } = check;
  if (id === 'AC-CONN-4') {
    if (!target.url.startsWith('wss:')) return 'the URL is ws:, as on a desk';
    if (target.tls?.ca !== undefined) return 'the certificate is checked against an authority that was given';
    if (target.tls?.insecure) return 'certificates are not checked';
  }
  if (id === 'AC-PROBE-4' && (target.baseUrl ?? target.url) === target.url)
    return 'the URL is the base connection URI, as far as is known';
  if (id === 'AC-VAR-2' && Object.keys(profile.inputs).length > 0)
    return 'the profile names inputs that every call has';
  if (id === 'AC-AUTH-6' && profile.auth !== 'none') return 'the bot refuses before the upgrade';
  const reasons = SCENARIOS.filter(({ name }) => check.scenarios.includes(name)).map(({ skip }) =>
    skip?.({ target, profile }),
  );
  const unsigned = areaOf(id) === 'SIG' && target.clientSecret === undefined;
  if (unsigned) return 'requests are not signed';
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/**
 * Checks that a whole run must have seen: what only the bot can show is due where the profile says how to make it, since
 * a bot that never ends a call by itself has no outputs to look at.
 */
function dueChecks(checks: readonly Check[], { triggers }: Pick<Profile, 'triggers'>): readonly Check[] {
  return checks.filter(
    (check) => check.triggers.length === 0 || check.triggers.some((name) => triggers[name]),
  );
}

/** Areas with a rule of the platform that is due and applies, of which none was seen kept or broken. */
function unseen(due: readonly Check[], results: readonly CheckResult[]): string[] {
  const platform = results.filter(
    ({ basis, outcome }) => basis === 'platform' && outcome !== 'not-applicable',
  );
  const seen = (area: string) =>
    platform.some(({ id, outcome }) => areaOf(id) === area && (outcome === 'pass' || outcome === 'fail'));
  const areas = platform.filter(({ id }) => due.some((check) => check.id === id)).map(({ id }) => areaOf(id));
  return [...new Set(areas)].filter(
    // Where something of an area is broken, that is what there is to say of it.
    (area) => !results.some(({ id, finding }) => areaOf(id) === area && finding) && !seen(area),
  );
}

function count(results: readonly CheckResult[]): Record<Outcome, number> {
  const counts = { pass: 0, fail: 0, warn: 0, note: 0, inconclusive: 0, blocked: 0, 'not-applicable': 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

import { createRedactor } from '@hookline/trace';
import type { CheckTarget } from '../caller/open-parameters.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { assess, byRelevance, type EvaluatedCall, SIGNED_AUTH } from './assess.js';
import { areaOf, type Check } from './catalogue.js';
import { MAX_LAG_MS, TIMED } from './lag-monitor.js';
import type { Outcome } from './outcome.js';
import type { Profile } from './profile.js';
import type { CheckReport, CheckResult, Finding } from './report.js';
import { findProblem, isExplanatoryCall, lagProblem, stoppedProblem } from './run-problem.js';

/** A run whose calls have been made and evaluated. */
export interface CompletedRun {
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly checks: readonly Check[];
  /** Whether the checks were chosen with `only`. All of them must then be exercised, also those that need a trigger. */
  readonly isSelection: boolean;
  readonly strict: boolean;
  readonly allowInconclusive: boolean;
  readonly parallel: number;
  /** The calls to evaluate, in the order of their scenarios. */
  readonly calls: readonly EvaluatedCall[];
  /** The number of dialled calls. */
  readonly dialedCalls: number;
  /** Whether the first call was opened. */
  readonly opened: boolean;
  /** The number of scenarios that had run, and of all, if the run was stopped. */
  readonly stopped?: { readonly done: number; readonly total: number };
  readonly lagMs: number;
  readonly durationMs: number;
  readonly traceProblems: readonly string[];
}

/** Builds the report of a run. Pure. */
export function buildReport(run: CompletedRun): CheckReport {
  const { target, checks, calls, opened, stopped, lagMs } = run;
  // Calls that explain why the first call was refused are reported before its consequences.
  const orderedCalls = [...calls.filter(({ record }) => isExplanatoryCall(record)), ...calls];
  const violations = orderedCalls.flatMap(({ evidence }) => evidence).filter((one) => !one.passed);
  const [blockingClause] = violations.map(({ clause }) => clause).filter((id) => id !== 'AC-OPEN-9');
  const mask = createRedactor([target.apiKey, target.clientSecret].filter((one) => one !== undefined)).text;
  const unmaskedProblem = stopped
    ? stoppedProblem(stopped.done, stopped.total)
    : findProblem({ url: target.url, calls, violations, opened, parallel: run.parallel, lagMs });
  const runProblem = unmaskedProblem && { ...unmaskedProblem, message: mask(unmaskedProblem.message) };
  const assessed = checks.map((check) =>
    assess(check, calls, {
      strict: run.strict,
      blockedBy:
        opened || stopped
          ? undefined
          : (runProblem?.message ?? blockingClause ?? 'the first call was not opened'),
      notApplicable: (one) => notApplicable(one, run),
      lacking: ({ id }) => (areaOf(id) === 'SIG' && run.profile.auth !== 'signed' ? SIGNED_AUTH : undefined),
      isStopped: stopped !== undefined,
    }),
  );
  const results = lagMs > MAX_LAG_MS ? assessed.map((result) => inconclusive(result, lagMs)) : assessed;
  const problem =
    runProblem ??
    (results.some((result, index) => result !== assessed[index]) ? lagProblem(lagMs) : undefined);
  const compare = byRelevance(orderedCalls);
  const findings = results
    .filter((result): result is CheckResult & { readonly finding: Finding } => result.finding !== undefined)
    .sort((a, b) => compare(a.id, b.id));
  const required = run.isSelection ? checks : requiredChecks(checks, run.profile);
  const unseenAreas = findUnseenAreas(required, results);
  const failed = results.some(({ outcome }) => outcome === 'fail') || problem !== undefined || !opened;
  return {
    url: mask(target.url),
    ok: !failed && (run.allowInconclusive || unseenAreas.length === 0),
    strict: run.strict,
    durationMs: run.durationMs,
    calls: run.dialedCalls,
    results,
    findings,
    lagMs,
    counts: countOutcomes(results),
    unseenAreas,
    ...(run.traceProblems.length > 0 ? { traceProblems: run.traceProblems } : {}),
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

function notApplicable(
  check: Check,
  { target, profile }: Pick<CompletedRun, 'target' | 'profile'>,
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

/**
 * Returns the areas with a required clause of basis `platform` that applies, of which none was exercised; all areas if no
 * check at all was exercised, because a run that judged nothing must not pass.
 */
function findUnseenAreas(required: readonly Check[], results: readonly CheckResult[]): string[] {
  const isExercised = ({ outcome, finding }: CheckResult) => outcome === 'pass' || finding !== undefined;
  if (!results.some(isExercised)) return [...new Set(results.map(({ id }) => areaOf(id)))];
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

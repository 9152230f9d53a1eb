import { joinConnectionUri } from '@hookline/protocol';
import { type Clock, systemClock } from '@hookline/runtime';
import type { CheckTarget } from '../caller/open-parameters.js';
import { RawCall } from '../caller/raw-call.js';
import { type Deadlines, PLATFORM_DEADLINES } from '../record/deadlines.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import { judgeCall } from '../rules/judge.js';
import type { CallSpec, Scenario, Stage } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import { assess, type JudgedCall, tellingOrder } from './assess.js';
import { areaOf, type Check } from './catalogue.js';
import { keepTrace } from './keep-trace.js';
import type { Outcome } from './outcome.js';
import type { Profile, ProfileFile, Trigger } from './profile.js';
import type { CheckReport, CheckResult, Finding, Problem } from './report.js';
import { selectChecks } from './select.js';

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
  /** Told when a scenario begins and ends. */
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
 * Checks a bot: calls it in many ways, judges what came, and says for each clause whether it was kept.
 *
 * @throws HooklineError `BAD_CHECK` for an unknown entry of `only` or `skip`; `TRACE_EXISTS`, `TRACE_WRITE`
 */
export async function runChecks(options: CheckOptions): Promise<CheckReport> {
  const { target, clock = systemClock, strict = false } = options;
  const startedMs = clock.now();
  const checks = selectChecks(options.only, options.skip);
  const profile: Profile = {
    triggers: options.profile?.triggers ?? {},
    auth: options.profile?.auth ?? (target.clientSecret === undefined ? 'none' : 'signed'),
  };
  const deadlines = { ...PLATFORM_DEADLINES, ...options.deadlines };
  const wanted = SCENARIOS.filter(
    (scenario, index) => index === 0 || checks.some((check) => scenario.shows.includes(check.id)),
  ).filter((scenario) => scenario.skip?.({ target, profile }) === undefined);

  const dialled = new Map<Scenario, RawCall[]>();
  let done = 0;
  const play = async (scenario: Scenario) => {
    const calls: RawCall[] = [];
    dialled.set(scenario, calls);
    const tell = (what: Progress['what']) =>
      options.onProgress?.({ scenario: scenario.name, what, done, of: wanted.length });
    tell('begin');
    await scenario.run(stageOf({ target, profile, deadlines, clock }, scenario, calls));
    done += 1;
    tell('end');
  };

  const [gate, ...others] = wanted;
  if (gate) await play(gate);
  const first = gate && dialled.get(gate)?.at(0)?.record();
  const opened = first !== undefined && readTimeline(first).items.some((item) => typeOf(item) === 'opened');
  if (opened) {
    await inTurns(
      others.filter(({ alone }) => !alone),
      options.parallel ?? PARALLEL,
      play,
    );
    await inTurns(
      others.filter(({ alone }) => alone),
      1,
      play,
    );
  }

  const judged: JudgedCall[] = [];
  for (const scenario of wanted) {
    for (const call of dialled.get(scenario) ?? []) {
      const record = call.record();
      const evidence = judgeCall(record);
      const keep = options.traceDir !== undefined && evidence.some((one) => !one.held);
      judged.push({
        record,
        evidence,
        ...(keep && options.traceDir !== undefined
          ? { trace: await keepTrace(record, evidence, options.traceDir, clock) }
          : {}),
      });
    }
  }
  const problem =
    opened || judged.some(({ evidence }) => evidence.some((one) => !one.held))
      ? undefined
      : problemOf(judged[0]);
  const blocker = judged.flatMap(({ evidence }) => evidence).find((one) => !one.held)?.clause;
  const results = checks.map((check) =>
    assess(check, judged, {
      strict,
      blockedBy: opened ? undefined : (blocker ?? problem?.message ?? 'the first call was not opened'),
      notApplicable: (one) => notApplicable(one, { target, profile }),
    }),
  );
  const findings = results
    .filter((result): result is CheckResult & { readonly finding: Finding } => result.finding !== undefined)
    .sort((a, b) => tellingOrder(judged)(a.id, b.id));
  const unseenAreas = unseen(results);
  const failed = results.some(({ outcome }) => outcome === 'fail') || problem !== undefined || !opened;
  return {
    url: target.url,
    ok: !failed && (options.allowInconclusive === true || unseenAreas.length === 0),
    strict,
    durationMs: Math.round(clock.now() - startedMs),
    calls: judged.length,
    results,
    findings,
    counts: count(results),
    unseenAreas,
    ...(problem ? { problem } : {}),
  };
}

interface Setting {
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
}

function stageOf(
  { target, profile, deadlines, clock }: Setting,
  scenario: Scenario,
  calls: RawCall[],
): Stage {
  const dial = async ({ trigger, ...spec }: CallSpec) => {
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
      ...(url === undefined ? {} : { url }),
      ...spec,
    });
    calls.push(call);
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
      call.audio.start();
      return call;
    },
  };
}

const inputsOf = (trigger: Trigger | undefined) =>
  trigger?.inputs === undefined ? {} : { inputVariables: trigger.inputs };

/** Runs what is given, `size` at a time. */
async function inTurns<T>(items: readonly T[], size: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
}

/** Why not even the first call was opened, where no clause says it. */
function problemOf(call: JudgedCall | undefined): Problem {
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
      message: `${url} refused the first call: ${refusal.text}`,
    };
  }
  return { kind: 'unreachable', message: `${url} cannot be reached: ${record?.unreachable ?? 'no answer'}` };
}

function notApplicable(
  check: Check,
  { target, profile }: Pick<Setting, 'target' | 'profile'>,
): string | undefined {
  const { id } = check;
  if (id === 'AC-CONN-4' && !target.url.startsWith('wss:')) return 'the URL is ws:, as on a desk';
  if (id === 'AC-PROBE-4' && (target.baseUrl ?? target.url) === target.url)
    return 'the URL is the base connection URI, as far as is known';
  if (id === 'AC-AUTH-6' && profile.auth !== 'none') return 'the bot refuses before the upgrade';
  const reasons = SCENARIOS.filter(({ name }) => check.scenarios.includes(name)).map(({ skip }) =>
    skip?.({ target, profile }),
  );
  const unsigned = areaOf(id) === 'SIG' && target.clientSecret === undefined;
  if (unsigned) return 'requests are not signed';
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/** Areas with a rule of the platform that applies, of which none was seen kept or broken. */
function unseen(results: readonly CheckResult[]): string[] {
  const platform = results.filter(
    ({ basis, outcome }) => basis === 'platform' && outcome !== 'not-applicable',
  );
  const conclusive = (outcome: Outcome) => outcome === 'pass' || outcome === 'fail';
  return [...new Set(platform.map(({ id }) => areaOf(id)))].filter(
    (area) => !platform.some(({ id, outcome }) => areaOf(id) === area && conclusive(outcome)),
  );
}

function count(results: readonly CheckResult[]): Record<Outcome, number> {
  const counts = { pass: 0, fail: 0, warn: 0, note: 0, inconclusive: 0, blocked: 0, 'not-applicable': 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

import { busyStatusOf } from '../record/busy.js';
import type { CallRecord } from '../record/call-record.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import type { Evidence } from '../rules/evidence.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { EvaluatedCall } from './assess.js';
import { MAX_LAG_MS } from './lag-monitor.js';
import type { Problem } from './report.js';

/** A run that was not stopped, with what was found in its calls. */
interface Run {
  readonly url: string;
  readonly calls: readonly EvaluatedCall[];
  readonly violations: readonly Evidence[];
  /** Whether the first call was opened. */
  readonly opened: boolean;
  readonly parallel: number;
  readonly lagMs: number;
}

/** Returns why the run is incomplete; undefined if it is not, or if a violation explains it. */
export function findProblem(run: Run): Problem | undefined {
  const { url, calls, violations, opened, lagMs } = run;
  const refusalCause = violations.find(({ clause }) => clause === 'AC-OPEN-9');
  if (refusalCause) return refusalProblem(url, refusalCause.got);
  const busy = busyProblem(run);
  if (busy) return busy;
  const [first] = calls;
  const isExplained = calls.some(
    ({ record, evidence }) => isExplanatoryCall(record) && evidence.some((one) => !one.passed),
  );
  const refused = first !== undefined && isRefused(first.record) && !isExplained;
  if (opened || (violations.length > 0 && !refused)) return undefined;
  return lagMs > MAX_LAG_MS && maybeLocalDelay(first?.record) ? lagProblem(lagMs) : firstCallProblem(first);
}

export function lagProblem(lagMs: number): Problem {
  return {
    kind: 'behind',
    message: `the check could not keep pace: its own process was blocked for ${(lagMs / 1000).toFixed(1)} s, so it cannot evaluate response times. Run it on a machine with less load`,
  };
}

export function stoppedProblem(done: number, total: number): Problem {
  return {
    kind: 'stopped',
    message: `the check was stopped after ${done} of ${total} scenarios; the others were not run`,
  };
}

/** Whether the first call may have failed because this process was blocked: the bot was reached and did not refuse. */
function maybeLocalDelay(record: CallRecord | undefined): boolean {
  if (record === undefined) return false;
  const upgraded = record.events.some((event) => event.kind === 'response' && event.status === 101);
  return record.maybeLocalDelay === true || (upgraded && !isRefused(record));
}

/** Whether a call was made to find out why the first call was refused. */
export function isExplanatoryCall({ scenario, purpose }: CallRecord): boolean {
  return scenario === 'handshake' && purpose.kind === 'refusal';
}

/** Whether the bot answered `open` with `disconnect`. */
function isRefused(record: CallRecord): boolean {
  const answer = readTimeline(record).items.find((item) =>
    ['opened', 'disconnect'].includes(typeOf(item) ?? ''),
  );
  return answer !== undefined && typeOf(answer) === 'disconnect';
}

/**
 * Calls that were refused because of the other calls of the check. One scenario at a time makes as few as it can. Scenarios
 * that run alone repeat such a call without the others.
 */
function busyProblem({ url, calls, parallel }: Run): Problem | undefined {
  const [first, ...others] = calls.map(({ record }) => record);
  const statuses = others
    .filter(({ besideAnother, scenario }) => besideAnother && !EXCLUSIVE.has(scenario))
    .map(busyStatusOf)
    .filter((status) => status !== undefined);
  if (parallel === 1 || statuses.length === 0 || first === undefined || busyStatusOf(first) !== undefined)
    return undefined;
  const [refused, those] =
    statuses.length === 1 ? ['1 call', 'it tests'] : [`${statuses.length} calls`, 'they test'];
  return {
    kind: 'refused',
    message: `${url} refused ${refused} with HTTP ${[...new Set(statuses)].join(' and ')}, so the rules that ${those} were not checked: the check runs ${parallel} scenarios at a time, each with up to 3 calls. Allow more concurrent calls, or run one scenario at a time`,
  };
}

const EXCLUSIVE: ReadonlySet<string> = new Set(
  SCENARIOS.filter(({ exclusive }) => exclusive).map(({ name }) => name),
);

/** The bot refuses the `open` of production. No clause forbids this, but the bot cannot work with Genesys Cloud. */
function refusalProblem(url: string, reason: string): Problem {
  return {
    kind: 'refused',
    message: `${url} refused the first call, although Genesys Cloud makes the same call: ${reason}`,
  };
}

/** Returns why the first call was not opened, if no clause explains it. */
function firstCallProblem(call: EvaluatedCall | undefined): Problem {
  const record = call?.record;
  const response = record?.events.find((event) => event.kind === 'response');
  const url = record?.url ?? '';
  if (response?.kind === 'response' && response.status !== 101) {
    const said = response.body.trim() === '' ? '' : `: ${response.body.trim().slice(0, 200)}`;
    const denied = response.status === 401 || response.status === 403;
    return {
      kind: denied ? 'unauthorized' : 'unreachable',
      message: `${url} answered HTTP ${response.status}${said}. ${denied ? 'Check API key and client secret on both sides' : 'Check path and Connector ID'}.`,
    };
  }
  const refusal = record && readTimeline(record).items.find((item) => typeOf(item) === 'disconnect');
  if (refusal !== undefined && 'text' in refusal) {
    const denied = refusal.text.includes('"unauthorized"');
    const hint = denied
      ? '. Check API key and client secret on both sides'
      : refusal.phase === 'connecting'
        ? ', before the caller sent `open`'
        : '. If the bot requires input variables, add them to the profile: {"inputs":{"name":"value"}}';
    return {
      kind: denied ? 'unauthorized' : 'refused',
      message: `${url} refused the first call: ${refusal.text}${hint}`,
    };
  }
  return { kind: 'unreachable', message: `${url} cannot be reached: ${record?.unreachable ?? 'no answer'}` };
}

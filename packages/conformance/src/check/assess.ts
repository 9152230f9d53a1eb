import type { ClauseId } from '@hookline/protocol';
import { createRedactor } from '@hookline/trace';
import type { CallRecord } from '../record/call-record.js';
import type { Evidence } from '../rules/evidence.js';
import { type Check, needsOnlyScenarios } from './catalogue.js';
import { levelOf } from './outcome.js';
import type { CheckResult, Finding } from './report.js';
import type { WrittenTrace } from './write-trace.js';

/** A call and its evidence. */
export interface EvaluatedCall {
  readonly record: CallRecord;
  readonly evidence: readonly Evidence[];
  readonly trace?: WrittenTrace;
}

/** Options that affect the outcome of a check. */
export interface AssessOptions {
  readonly strict: boolean;
  /** Returns why a check does not apply to this bot; undefined if it does. */
  readonly notApplicable: (check: Check) => string | undefined;
  /** What prevented the checks, or undefined. */
  readonly blockedBy: string | undefined;
  /** Returns what the profile lacks so that the check can be made; undefined if it lacks nothing. */
  readonly lacking: (check: Check) => string | undefined;
  /** Whether the run was stopped before every scenario had run. */
  readonly isStopped: boolean;
}

const MAX_GOT_CHARS = 320;

/** What the checks of signatures need if there is a client secret but the profile says that the bot does not verify them. */
export const SIGNED_AUTH = '"auth": "signed" in the profile';

/** Assesses one check over all calls, in order: broken if any call broke it, otherwise passed if any call kept it. Pure. */
export function assess(check: Check, calls: readonly EvaluatedCall[], options: AssessOptions): CheckResult {
  const { id, clause } = check;
  const { level, basis, sentence } = clause;
  const result = { id, level, basis, sentence };
  const evidenceOf = (call: EvaluatedCall) => call.evidence.filter((one) => one.clause === id);
  const violatingCalls = calls.filter((call) => evidenceOf(call).some((one) => !one.passed));
  const [first] = violatingCalls;
  const violation = first && evidenceOf(first).find((one) => !one.passed);
  if (first && violation) {
    return {
      ...result,
      outcome: levelOf(clause, options.strict),
      finding: finding(check, first, violation, violatingCalls.length),
    };
  }
  if (calls.some((call) => evidenceOf(call).length > 0)) return { ...result, outcome: 'pass' };
  const reason = options.notApplicable(check);
  if (reason !== undefined) return { ...result, outcome: 'not-applicable', reason };
  if (options.blockedBy !== undefined) return { ...result, outcome: 'blocked', reason: options.blockedBy };
  const unseen = options.isStopped
    ? 'not seen before the check was stopped'
    : `not seen; it needs ${options.lacking(check) ?? neededFor(check, calls)}`;
  return { ...result, outcome: 'inconclusive', reason: unseen };
}

/** Returns what a check needs that was not seen. A scenario that ran without evidence was cut short by a broken rule. */
function neededFor({ id, scenarios, stimulus }: Check, calls: readonly EvaluatedCall[]): string {
  const ran = calls.some(({ record }) => scenarios.includes(record.scenario));
  if (!needsOnlyScenarios(id) || !ran) return stimulus;
  const isBroken = calls.some(({ evidence }) => evidence.some(({ passed }) => !passed));
  return isBroken
    ? `calls of ${stimulus} in which the bot breaks no other rule`
    : `calls of ${stimulus} that the bot opens and does not end by itself`;
}

function finding(check: Check, { record, trace }: EvaluatedCall, evidence: Evidence, calls: number): Finding {
  const { effect, fix } = check.clause;
  const event = record.events[evidence.index];
  const row = trace?.rowOf(evidence.index);
  return {
    scenario: record.scenario,
    call: record.call,
    atMs: Math.round(event?.t ?? 0),
    got: truncate(mask(record, evidence.got)),
    effect,
    fix,
    ...(evidence.slip === undefined ? {} : { slip: evidence.slip }),
    calls,
    ...(trace ? { trace: trace.folder } : {}),
    ...(row === undefined ? {} : { row }),
  };
}

function mask(record: CallRecord, text: string): string {
  const redactor = createRedactor(record.secrets);
  const request = record.events.find((event) => event.kind === 'request');
  if (request?.kind === 'request') redactor.head(request.head);
  return redactor.text(text);
}

const truncate = (text: string): string =>
  text.length <= MAX_GOT_CHARS ? text : `${text.slice(0, MAX_GOT_CHARS)}…`;

/** Returns a comparator for findings: by the call in which each was first seen, then by time. */
export function byRelevance(calls: readonly EvaluatedCall[]): (a: ClauseId, b: ClauseId) => number {
  const order = new Map<ClauseId, number>();
  let position = 0;
  for (const { evidence } of calls) {
    for (const one of evidence) {
      position += 1;
      if (!one.passed && !order.has(one.clause)) order.set(one.clause, position);
    }
  }
  // A clientseq that is wrong in every message is wrong in `pong` first.
  const [messageOrder, pongOrder] = [order.get('AC-MSG-7'), order.get('AC-PING-2')];
  if (messageOrder !== undefined && pongOrder !== undefined && pongOrder < messageOrder)
    order.set('AC-MSG-7', pongOrder - 0.5);
  return (a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0);
}

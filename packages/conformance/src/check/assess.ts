import type { ClauseId } from '@hookline/protocol';
import { createRedactor } from '@hookline/trace';
import type { CallRecord } from '../record/call-record.js';
import type { Evidence } from '../rules/evidence.js';
import type { Check } from './catalogue.js';
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
  /** Why a check does not apply to this bot; undefined when it does. */
  readonly notApplicable: (check: Check) => string | undefined;
  /** What prevented the checks, or undefined. */
  readonly blockedBy: string | undefined;
}

const MAX_GOT_CHARS = 320;

/** Assesses one check over all calls, in order: broken if any call broke it, otherwise held if any call held it. Pure. */
export function assess(check: Check, calls: readonly EvaluatedCall[], given: AssessOptions): CheckResult {
  const { id, clause, stimulus } = check;
  const { level, basis, sentence } = clause;
  const result = { id, level, basis, sentence };
  const about = (call: EvaluatedCall) => call.evidence.filter((one) => one.clause === id);
  const breaking = calls.filter((call) => about(call).some((one) => !one.held));
  const [first] = breaking;
  const worst = first && about(first).find((one) => !one.held);
  if (first && worst) {
    return {
      ...result,
      outcome: levelOf(clause, given.strict),
      finding: finding(check, first, worst, breaking.length),
    };
  }
  if (calls.some((call) => about(call).length > 0)) return { ...result, outcome: 'pass' };
  const reason = given.notApplicable(check);
  if (reason !== undefined) return { ...result, outcome: 'not-applicable', reason };
  if (given.blockedBy !== undefined) return { ...result, outcome: 'blocked', reason: given.blockedBy };
  return { ...result, outcome: 'inconclusive', reason: `not seen; it takes ${stimulus}` };
}

function finding(check: Check, { record, trace }: EvaluatedCall, evidence: Evidence, calls: number): Finding {
  const { effect, fix } = check.clause;
  const event = record.events[evidence.index];
  const row = trace?.rowOf(evidence.index);
  return {
    scenario: record.scenario,
    call: record.call,
    atMs: Math.round(event?.t ?? 0),
    got: truncate(masked(record, evidence.got)),
    effect,
    fix,
    ...(evidence.slip === undefined ? {} : { slip: evidence.slip }),
    calls,
    ...(trace ? { trace: trace.folder } : {}),
    ...(row === undefined ? {} : { row }),
  };
}

function masked(record: CallRecord, text: string): string {
  const redactor = createRedactor(record.secrets);
  const request = record.events.find((event) => event.kind === 'request');
  if (request?.kind === 'request') redactor.head(request.head);
  return redactor.text(text);
}

const truncate = (text: string): string =>
  text.length <= MAX_GOT_CHARS ? text : `${text.slice(0, MAX_GOT_CHARS)}…`;

/** The order in which findings are reported: of the call in which each was first seen, and of time within it. */
export function byRelevance(calls: readonly EvaluatedCall[]): (a: ClauseId, b: ClauseId) => number {
  const order = new Map<ClauseId, number>();
  let position = 0;
  for (const { evidence } of calls) {
    for (const one of evidence) {
      position += 1;
      if (!one.held && !order.has(one.clause)) order.set(one.clause, position);
    }
  }
  // A clientseq that is wrong in every message is so in `pong` first.
  const [every, pong] = [order.get('AC-MSG-7'), order.get('AC-PING-2')];
  if (every !== undefined && pong !== undefined && pong < every) order.set('AC-MSG-7', pong - 0.5);
  return (a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0);
}

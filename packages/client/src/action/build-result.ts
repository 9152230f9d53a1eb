import { describe } from '@hookline/protocol';
import { CAUSES, type Cause, errorTypeOf } from '../outcome/causes.js';
import type { ErrorType } from '../outcome/error-type.js';
import type { Failed, Outcome } from '../outcome/outcome.js';
import type { Heartbeat } from '../session/heartbeat.js';
import type { Ledger, LedgerWarning, NewWarning } from '../session/ledger.js';
import type { MediaPlane } from '../session/media-plane.js';
import { callWarning } from './call-warning.js';
import { assignOutputs, printOutputs } from './outputs.js';
import type { CallReport, CallResult, CallTimings, FailureOutputs } from './result.js';

/** What a result is made from, besides the outcome. */
export interface ResultFacts {
  readonly sessionId: string;
  readonly conversationId: string;
  readonly declared: readonly string[] | 'all';
  readonly acceptOutputsInClosed: boolean;
  readonly errorTypes: Partial<Readonly<Record<Cause, ErrorType>>>;
  /** What the action itself had to remark, before the call. */
  readonly remarks: readonly NewWarning[];
  readonly replyMs: readonly number[];
}

/** The parts of a session that hold what happened. */
export interface ResultSource {
  readonly ledger: Ledger;
  readonly media: MediaPlane;
  readonly heartbeat: Heartbeat;
}

/** What the flow sees of an outcome. */
export function buildResult(outcome: Outcome, source: ResultSource, facts: ResultFacts): CallResult {
  const { values, remarks } = returned(source.ledger, facts);
  const report = buildReport(source, facts, remarks);
  switch (outcome.kind) {
    case 'completed': {
      const { discarded, ...assigned } = assignOutputs(facts.declared, values);
      return { path: 'success', ...assigned, ...report, discardedOutputs: discarded };
    }
    case 'failed': {
      const { clause, status, closeCode } = outcome;
      return {
        path: 'failure',
        failureOutputs: failureOutputs(outcome, facts.errorTypes),
        cause: outcome.cause,
        ...(clause === undefined ? {} : { clause }),
        ...(status === undefined ? {} : { status }),
        ...(closeCode === undefined ? {} : { closeCode }),
        ...report,
        discardedOutputs: Object.fromEntries(values),
      };
    }
    case 'callerGone':
      return {
        path: 'disconnected',
        reason: outcome.reason,
        ...report,
        discardedOutputs: Object.fromEntries(values),
      };
  }
}

/** The failure outputs of an outcome, in the words of the author of the flow. */
export function failureOutputs(
  outcome: Failed,
  errorTypes: Partial<Readonly<Record<Cause, ErrorType>>> = {},
): FailureOutputs {
  const { cause, text, clause, wasOpened } = outcome;
  const rule = clause === undefined ? '' : ` [${clause}]`;
  return {
    errorType: errorTypeOf(cause, wasOpened, errorTypes),
    errorMessage: `${CAUSES[cause].words} Details: ${text}.${rule}`,
  };
}

/** The outputs of `disconnect`, or of `closed` where that is asked for. (DECISIONS.md #26) */
function returned(
  ledger: Ledger,
  { acceptOutputsInClosed }: ResultFacts,
): { values: ReadonlyMap<string, string>; remarks: readonly NewWarning[] } {
  const t = ledger.endedAtMs ?? 0;
  const remarks: NewWarning[] = [];
  const late = ledger.outputsInClosed;
  if (late !== undefined && !acceptOutputsInClosed) {
    remarks.push({
      t,
      clause: 'AC-OUT-4',
      text: `closed carries the outputs ${names(Object.keys(late))}, which are not assigned; send them in disconnect`,
    });
  }
  const taken = ledger.outputs ?? (acceptOutputsInClosed ? late : undefined) ?? {};
  const { values, notStrings } = printOutputs(taken);
  if (notStrings.length > 0) {
    remarks.push({
      t,
      clause: 'AC-OUT-2',
      text: `the outputs ${names(notStrings)} are no strings and were turned into text; send strings`,
    });
  }
  if (ledger.turnsLeftOut > 0) {
    remarks.push({
      t,
      text: `${ledger.turnsLeftOut} more turns came than a result holds; they are left out`,
    });
  }
  return { values, remarks };
}

/** Names that a remark lists before it only counts. */
const MAX_NAMES = 10;

function names(list: readonly string[]): string {
  const more = list.length > MAX_NAMES ? ` and ${list.length - MAX_NAMES} more` : '';
  return `${list.slice(0, MAX_NAMES).map(describe).join(', ')}${more}`;
}

function buildReport(
  { ledger, media, heartbeat }: ResultSource,
  facts: ResultFacts,
  remarks: readonly NewWarning[],
): Omit<CallReport, 'discardedOutputs'> {
  return {
    sessionId: facts.sessionId,
    conversationId: facts.conversationId,
    durationMs: ledger.endedAtMs ?? 0,
    heardMs: media.heardMs,
    cutMs: media.cutMs,
    flushedMs: ledger.flushedMs,
    underruns: ledger.underruns,
    bargeIns: ledger.bargeIns,
    callerLateMs: media.callerLateMs,
    dtmf: ledger.dtmf,
    turns: [...ledger.turns],
    warnings: [...facts.remarks.map(once), ...ledger.warnings, ...remarks.map(once)].map(callWarning),
    timings: buildTimings(ledger, heartbeat, facts.replyMs),
  };
}

function once(warning: NewWarning): LedgerWarning {
  return { ...warning, count: 1 };
}

function buildTimings(ledger: Ledger, heartbeat: Heartbeat, replyMs: readonly number[]): CallTimings {
  const { connectedAtMs, openSentAtMs, openedAtMs, firstAudioAtMs } = ledger;
  const { rttMs } = heartbeat;
  return {
    ...(connectedAtMs === undefined ? {} : { connectMs: connectedAtMs }),
    ...(openedAtMs === undefined || openSentAtMs === undefined
      ? {}
      : { openedMs: openedAtMs - openSentAtMs }),
    ...(firstAudioAtMs === undefined || openedAtMs === undefined
      ? {}
      : { firstAudioMs: firstAudioAtMs - openedAtMs }),
    replyMs: [...replyMs],
    ...(rttMs === undefined ? {} : { rttMs }),
  };
}

import { describe } from '@hookline/protocol';
import { CAUSES, type Cause, type ErrorType, errorTypeOf } from '../outcome/causes.js';
import type { Failed, Outcome } from '../outcome/outcome.js';
import type { CallRecord, NewWarning, RecordedWarning } from '../session/call-record.js';
import type { Heartbeat } from '../session/heartbeat.js';
import type { MediaPlane } from '../session/media-plane.js';
import { assignOutputs, printOutputs } from './outputs.js';
import type { CallReport, CallResult, CallTimings, FailureOutputs } from './result.js';
import { callWarning } from './warnings.js';

/** The inputs of a result, besides the outcome. */
export interface ResultFacts {
  readonly sessionId: string;
  readonly conversationId: string;
  readonly declared: readonly string[] | 'all';
  readonly acceptOutputsInClosed: boolean;
  readonly errorTypes: Partial<Readonly<Record<Cause, ErrorType>>>;
  /** Warnings of the action itself, before and after those of the session. */
  readonly warnings: { readonly before: readonly NewWarning[]; readonly after: readonly NewWarning[] };
  readonly replyMs: readonly number[];
}

/** The parts of a session that a result is built from. */
export interface ResultSource {
  readonly record: CallRecord;
  readonly media: MediaPlane;
  readonly heartbeat: Heartbeat;
}

/** Builds the result of an outcome. */
export function buildResult(outcome: Outcome, source: ResultSource, facts: ResultFacts): CallResult {
  const { values } = printOutputs(assignable(source.record, facts.acceptOutputsInClosed));
  const late = lateOutputs(source.record, values);
  const report = buildReport(source, facts);
  switch (outcome.kind) {
    case 'completed': {
      const { discarded, ...assigned } = assignOutputs(facts.declared, values);
      return { path: 'success', ...assigned, ...report, discardedOutputs: { ...late, ...discarded } };
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
        discardedOutputs: { ...late, ...Object.fromEntries(values) },
      };
    }
    case 'callerGone':
      return {
        path: 'disconnected',
        reason: outcome.reason,
        ...report,
        discardedOutputs: { ...late, ...Object.fromEntries(values) },
      };
  }
}

/** The failure outputs of an outcome, worded for the author of the flow. */
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

/** The outputs of `disconnect`, or of `closed` if the option says so. (DECISIONS.md #26) */
function assignable(record: CallRecord, acceptOutputsInClosed: boolean): Readonly<Record<string, unknown>> {
  return record.outputs ?? (acceptOutputsInClosed ? record.outputsInClosed : undefined) ?? {};
}

/** Outputs of `closed` and of a second `disconnect` that are too late to be assigned, and do not only repeat values. */
function lateOutputs(
  { outputsInClosed, outputsOfSecondDisconnect }: CallRecord,
  values: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const outputs = { ...outputsInClosed, ...outputsOfSecondDisconnect };
  const late = [...printOutputs(outputs).values].filter(([name, value]) => values.get(name) !== value);
  return Object.fromEntries(late);
}

/** Warnings that only the end of the call shows: about the outputs, and about what the result omits. */
export function warningsAtEnd(record: CallRecord, acceptOutputsInClosed: boolean): readonly NewWarning[] {
  const t = record.endedAtMs ?? 0;
  const found: NewWarning[] = [];
  const late = record.outputsInClosed;
  if (late !== undefined && !acceptOutputsInClosed) {
    found.push({
      t,
      clause: 'AC-OUT-4',
      text: `closed carries the outputs ${names(Object.keys(late))}, which are not assigned; send them in disconnect`,
    });
  }
  const { notStrings } = printOutputs(assignable(record, acceptOutputsInClosed));
  if (notStrings.length > 0) {
    found.push({
      t,
      clause: 'AC-OUT-2',
      text: `the outputs ${names(notStrings)} are not strings and were converted to text; send strings`,
    });
  }
  if (record.turnsLeftOut > 0) {
    found.push({
      t,
      text: `${record.turnsLeftOut} turns exceed the maximum of a result and are omitted`,
    });
  }
  return found;
}

/** How many names a warning lists; it only counts the rest. */
const MAX_NAMES = 10;

function names(list: readonly string[]): string {
  const more = list.length > MAX_NAMES ? ` and ${list.length - MAX_NAMES} more` : '';
  return `${list.slice(0, MAX_NAMES).map(describe).join(', ')}${more}`;
}

function buildReport(
  { record, media, heartbeat }: ResultSource,
  facts: ResultFacts,
): Omit<CallReport, 'discardedOutputs'> {
  return {
    sessionId: facts.sessionId,
    conversationId: facts.conversationId,
    durationMs: record.endedAtMs ?? 0,
    heardMs: media.heardMs,
    cutMs: media.cutMs,
    flushedMs: record.flushedMs,
    underruns: record.underruns,
    bargeIns: record.bargeIns,
    callerLateMs: media.callerLateMs,
    dtmf: record.dtmf,
    turns: [...record.turns],
    warnings: [...facts.warnings.before.map(once), ...record.warnings, ...facts.warnings.after.map(once)].map(
      callWarning,
    ),
    timings: buildTimings({ record, heartbeat, media }, facts.replyMs),
  };
}

function once(warning: NewWarning): RecordedWarning {
  return { ...warning, count: 1 };
}

function buildTimings({ record, heartbeat, media }: ResultSource, replyMs: readonly number[]): CallTimings {
  const { connectedAtMs, openSentAtMs, openedAtMs, firstAudioAtMs } = record;
  const { rttMs } = heartbeat;
  const { sendLate } = media;
  return {
    ...(connectedAtMs === undefined ? {} : { connectMs: connectedAtMs }),
    ...(openedAtMs === undefined || openSentAtMs === undefined
      ? {}
      : { openedMs: openedAtMs - openSentAtMs }),
    ...(firstAudioAtMs === undefined || openedAtMs === undefined
      ? {}
      : { firstAudioMs: firstAudioAtMs - openedAtMs }),
    replyMs: [...replyMs],
    playbacks: [...record.playbacks],
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(sendLate === undefined ? {} : { sendLateMs: sendLate }),
  };
}

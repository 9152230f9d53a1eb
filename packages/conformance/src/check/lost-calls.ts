import { busyStatusOf } from '../record/busy.js';
import type { CallRecord } from '../record/call-record.js';
import { readTimeline } from '../record/timeline.js';
import { type EarlyEnd, earlyEndOf, findUnrelatedEnds, isBusy, isOrdinary } from '../rules/unrelated-end.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { EvaluatedCall } from './assess.js';

/** A call that the bot refused or ended, although nothing in the call is the cause and no broken rule explains it. */
export interface LostCall {
  readonly record: CallRecord;
  readonly end: EarlyEnd;
}

/** The lost calls of a run, and how many calls could have been lost. */
export interface LostCalls {
  readonly refused: readonly LostCall[];
  readonly ended: readonly LostCall[];
  readonly total: number;
}

/**
 * Finds the calls that the bot refused or ended by itself. Calls that it ended count only if one of them had a stimulus,
 * which then was not tested: a bot may end any call. A call that was one too many counts only if its repetition was too.
 *
 * @param wasBlocked - whether this process was blocked, so that it may itself be the cause of a handshake that failed
 */
export function findLostCalls(calls: readonly EvaluatedCall[], wasBlocked: boolean): LostCalls {
  const timelines = calls.map(({ record }) => readTimeline(record));
  const unrelated = findUnrelatedEnds(timelines);
  const crashes = timelines.flatMap((timeline) => {
    const end = earlyEndOf(timeline);
    const isBlamed = end && isCut(end) && !isOrdinary(timeline) && !unrelated.has(timeline);
    return isBlamed ? [end.atMs] : [];
  });
  const opening = new Set(
    calls.map(({ record }) => record).filter((record) => !isRepeatedLater(record, calls)),
  );
  const lost = timelines.flatMap((timeline, index) => {
    const { record } = timeline;
    const end = earlyEndOf(timeline);
    // A broken rule explains a refusal. An end in the middle of a call may break AC-DISC-4, which does not explain it; a
    // rule that the message of the end breaks does.
    const isExplained =
      end?.isInvalid || (end?.openMs === undefined && calls[index]?.evidence.some(({ passed }) => !passed));
    if (end === undefined || isExplained || !mustOpen(record)) return [];
    if (wasBlocked && record.maybeLocalDelay) return [];
    if (isBusy(end) && !opening.has(record)) return [];
    if (isCut(end) && crashes.some((atMs) => Math.abs(atMs - end.atMs) <= CRASH_MS)) return [];
    const isCauseless = isOrdinary(timeline) || unrelated.has(timeline) || wasRefusedUnseen(record);
    return isCauseless ? [{ record, end, isUnrelated: unrelated.has(timeline) }] : [];
  });
  const ended = lost.filter(({ end }) => end.openMs !== undefined);
  const untested = new Set(ended.filter(({ isUnrelated }) => isUnrelated).map(({ end }) => end.how));
  return {
    refused: lost.filter(({ end }) => end.openMs === undefined),
    ended: ended.filter(({ end }) => untested.has(end.how)),
    total: calls.filter(({ record }) => mustOpen(record)).length,
  };
}

/** Connections that end within this time of each other end because of the same crash, in milliseconds. */
const CRASH_MS = 200;

/** Whether the connection ended without a message, as in a crash. */
const isCut = ({ by }: EarlyEnd): boolean => by === 'cut';

const EXCLUSIVE: ReadonlySet<string> = new Set(
  SCENARIOS.filter(({ exclusive }) => exclusive).map(({ name }) => name),
);

function mustOpen({ purpose }: CallRecord): boolean {
  return purpose.kind === 'acceptance' ? purpose.mustOpen === true : purpose.kind !== 'refusal';
}

/** Whether the bot refused the call before it could see anything but an ordinary request. */
function wasRefusedUnseen({ events }: CallRecord): boolean {
  return !events.some((event) => event.kind === 'response' && event.status === 101);
}

/** Whether a call that was one too many was made again and was none then. Scenarios that run alone do so by themselves. */
function isRepeatedLater(record: CallRecord, calls: readonly EvaluatedCall[]): boolean {
  const name = record.repeats ?? record.call;
  return (
    (record.besideAnother && EXCLUSIVE.has(record.scenario)) ||
    calls.some(
      ({ record: other }) =>
        other.scenario === record.scenario && other.repeats === name && busyStatusOf(other) === undefined,
    )
  );
}

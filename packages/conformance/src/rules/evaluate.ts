import type { ClauseId } from '@hookline/protocol';
import type { CallRecord } from '../record/call-record.js';
import { readTimeline, type Timeline } from '../record/timeline.js';
import { audioRule } from './audio.js';
import { fatalTypes } from './call-end.js';
import { connectionRule } from './connection.js';
import { endingRule } from './ending.js';
import { envelopeRule } from './envelope.js';
import { eventRule } from './event.js';
import { type EndCauses, type Evidence, isSevere, type Rule } from './evidence.js';
import { openRule } from './open.js';
import { pingRule } from './ping.js';
import { pauseRule, playbackRule } from './playback.js';
import { rateRule } from './rate.js';
import { refusalRule } from './refusal.js';
import { toleranceRule } from './tolerance.js';
import { findUnrelatedEnds } from './unrelated-end.js';

const RULES: readonly Rule[] = [
  connectionRule,
  refusalRule,
  envelopeRule,
  openRule,
  pingRule,
  audioRule,
  rateRule,
  playbackRule,
  eventRule,
  pauseRule,
  toleranceRule,
  endingRule,
];

/** Clauses whose violation makes the rest of the call meaningless. */
const FATAL_CLAUSES: ReadonlySet<ClauseId> = new Set([
  'AC-OPEN-2',
  'AC-OPEN-3',
  'AC-OPEN-4',
  'AC-MEDIA-1',
  'AC-MEDIA-2',
  'AC-CLOSE-4',
  'AC-MSG-1',
  'AC-MSG-5',
  'AC-MSG-10',
]);

/** Returns the evidence of a call without regard to other calls of the bot. Pure. */
export function evaluateCall(record: CallRecord): Evidence[] {
  return evaluateCalls([record])[0] ?? [];
}

/**
 * Returns the evidence of all calls of one bot, by call. If the bot ends calls because of a routine message, this is
 * reported for the calls without a stimulus, and never as its reaction to the stimulus of another call. An end without a
 * cause in the call is not its reaction to a stimulus either. Pure.
 */
export function evaluateCalls(records: readonly CallRecord[]): Evidence[][] {
  const timelines = records.map(readTimeline);
  const fatal = fatalTypes(timelines);
  const unrelated = findUnrelatedEnds(timelines);
  return timelines.map((timeline) =>
    evaluateTimeline(timeline, { fatal, isUnrelated: unrelated.has(timeline) }),
  );
}

/**
 * Returns the evidence of one call, in order of time. Violations that follow from a fatal one are left out, unless they
 * are more severe. Calls that misbehave on purpose are not evaluated.
 */
function evaluateTimeline(timeline: Timeline, causes: EndCauses): Evidence[] {
  if (timeline.record.purpose.kind === 'attack') return [];
  const evidence = RULES.flatMap((rule) => rule(timeline, causes)).sort((a, b) => a.index - b.index);
  const first = evidence.find((one) => !one.passed && FATAL_CLAUSES.has(one.clause));
  if (!first) return evidence;
  const isMoreSevere = ({ clause }: Evidence) => isSevere(clause) && !isSevere(first.clause);
  return evidence.filter(
    (one) => one === first || one.passed || one.index < first.index || isMoreSevere(one),
  );
}

import type { ClauseId } from '@hookline/protocol';
import type { CallRecord } from '../record/call-record.js';
import { readTimeline } from '../record/timeline.js';
import { audioRule } from './audio.js';
import { connectionRule } from './connection.js';
import { endingRule } from './ending.js';
import { envelopeRule } from './envelope.js';
import { eventRule } from './event.js';
import type { Evidence, Rule } from './evidence.js';
import { openRule } from './open.js';
import { pingRule } from './ping.js';
import { pauseRule, playbackRule } from './playback.js';
import { rateRule } from './rate.js';
import { refusalRule } from './refusal.js';
import { fatalMessage, isExplainedByFatal, toleranceRule } from './tolerance.js';

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

/**
 * Returns the evidence of one call, in order of time. Violations that follow from a fatal one are left out. Calls that
 * misbehave on purpose are not evaluated. Pure.
 */
export function evaluateCall(record: CallRecord): Evidence[] {
  if (record.purpose.kind === 'attack') return [];
  const timeline = readTimeline(record);
  const evidence = RULES.flatMap((rule) => rule(timeline)).sort((a, b) => a.index - b.index);
  const fatalEvidence = evidence.find((one) => !one.passed && FATAL_CLAUSES.has(one.clause));
  if (!fatalEvidence) return evidence;
  return evidence.filter((one) => one === fatalEvidence || one.passed || one.index < fatalEvidence.index);
}

/**
 * Returns the evidence of all calls of one bot, by call. If the bot ends calls because of a routine message, this is
 * reported for the calls without a stimulus, and never as its reaction to the stimulus of another call. Pure.
 */
export function evaluateCalls(records: readonly CallRecord[]): Evidence[][] {
  const timelines = records.map(readTimeline);
  const fatalMessages = timelines.filter(({ record }) => record.purpose.kind === 'call').map(fatalMessage);
  const fatal = new Set(fatalMessages.filter((type) => type !== undefined));
  return records.map((record, at) => {
    const timeline = timelines[at];
    return evaluateCall(record).filter(
      (one) => one.passed || timeline === undefined || !isExplainedByFatal(timeline, fatal, one.index),
    );
  });
}

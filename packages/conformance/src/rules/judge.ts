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
import { fatalMessage, followsFrom, toleranceRule } from './tolerance.js';

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

/** Breaks after which the rest of the call says nothing of its own. */
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
 * All that one call says about the clauses, in the order it happened. Of what follows from an earlier break only the
 * first cause is reported. Calls that misbehave on purpose are not judged. Pure.
 */
export function evaluateCall(record: CallRecord): Evidence[] {
  if (record.purpose.kind === 'attack') return [];
  const timeline = readTimeline(record);
  const evidence = RULES.flatMap((rule) => rule(timeline)).sort((a, b) => a.index - b.index);
  const fatalEvidence = evidence.find((one) => !one.held && FATAL_CLAUSES.has(one.clause));
  if (!fatalEvidence) return evidence;
  return evidence.filter((one) => one === fatalEvidence || one.held || one.index < fatalEvidence.index);
}

/**
 * The same of all calls of one bot. What ends every call of it is told where nothing else was asked, and never as the
 * fault of what was asked in another call. Pure.
 */
export function evaluateCalls(records: readonly CallRecord[]): Evidence[][] {
  const timelines = records.map(readTimeline);
  const usual = timelines.filter(({ record }) => record.purpose.kind === 'call').map(fatalMessage);
  const fatal = new Set(usual.filter((type) => type !== undefined));
  return records.map((record, at) => {
    const timeline = timelines[at];
    return evaluateCall(record).filter(
      (one) => one.held || timeline === undefined || !followsFrom(timeline, fatal, one.index),
    );
  });
}

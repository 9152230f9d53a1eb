import { type ClauseId, clause as clauseOf } from '@hookline/protocol';
import type { Timeline } from '../record/timeline.js';
import type { RoutineType } from './call-end.js';

/** Whether the bot kept one clause at one point of a call. */
export interface Evidence {
  readonly clause: ClauseId;
  readonly passed: boolean;
  /** The index of the event in the record. */
  readonly index: number;
  /** What the bot sent or failed to send. Empty if the clause was kept. */
  readonly got: string;
  /** A known error in public documents or samples that explains it. */
  readonly slip?: string;
}

/** What the other calls of the bot tell about the end of a call. */
export interface EndCauses {
  /** The routine messages because of which this bot ends calls. */
  readonly fatal: ReadonlySet<RoutineType>;
  /** Whether the end of the call is no reaction to the stimulus in it: the bot refuses or ends calls without one too. */
  readonly isUnrelated: boolean;
}

/** Evaluates one call against the clauses of one area. Pure. */
export type Rule = (call: Timeline, causes: EndCauses) => Evidence[];

/** Whether a bot that breaks the clause cannot work with Genesys Cloud. No weaker violation may hide one of these. */
export function isSevere(id: ClauseId): boolean {
  const { basis, level } = clauseOf(id);
  return basis === 'platform' && level === 'MUST';
}

export const pass = (clause: ClauseId, index: number): Evidence => ({ clause, passed: true, index, got: '' });

export const violation = (clause: ClauseId, index: number, got: string, slip?: string): Evidence => ({
  clause,
  passed: false,
  index,
  got,
  ...(slip === undefined ? {} : { slip }),
});

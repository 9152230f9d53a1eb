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

/**
 * Evaluates one call against the clauses of one area. Pure.
 *
 * @param fatal - the routine messages because of which this bot ends calls
 */
export type Rule = (call: Timeline, fatal: ReadonlySet<RoutineType>) => Evidence[];

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

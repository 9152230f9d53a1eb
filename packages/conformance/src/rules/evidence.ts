import type { ClauseId } from '@hookline/protocol';
import type { Timeline } from '../record/timeline.js';

/** What one place of one call says about one clause. */
export interface Evidence {
  readonly clause: ClauseId;
  readonly held: boolean;
  /** Where it was seen: an index into the events of the record. */
  readonly index: number;
  /** What came, or what did not, in a few words. Empty where the clause held. */
  readonly got: string;
  /** Where a known slip of public documents or samples explains it. */
  readonly slip?: string;
}

/** Judges one call by the clauses of one area. Pure. */
export type Rule = (call: Timeline) => Evidence[];

export const held = (clause: ClauseId, index: number): Evidence => ({ clause, held: true, index, got: '' });

export const broken = (clause: ClauseId, index: number, got: string, slip?: string): Evidence => ({
  clause,
  held: false,
  index,
  got,
  ...(slip === undefined ? {} : { slip }),
});

import type { Clause, ClauseId } from '@hookline/protocol';
import type { Outcome } from './outcome.js';

/** A broken clause, where it was first seen. */
export interface Finding {
  readonly scenario: string;
  readonly call: string;
  /** Milliseconds since the call was dialled. */
  readonly atMs: number;
  /** What came, or what did not; credentials masked. */
  readonly got: string;
  readonly effect: string;
  readonly fix: string;
  /** A known slip of public documents or samples that explains it. */
  readonly slip?: string;
  /** In how many calls it was seen. */
  readonly calls: number;
  /** The folder of the trace of that call, where one is kept, and the line of it in `trace.ndjson`. */
  readonly trace?: string;
  readonly row?: number;
}

/** One check, judged over all calls. */
export interface CheckResult {
  readonly id: ClauseId;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: Clause['basis'];
  readonly sentence: string;
  readonly outcome: Outcome;
  /** Of `fail`, `warn` and `note`. */
  readonly finding?: Finding;
  /** Of `inconclusive`, `blocked` and `not-applicable`: why. */
  readonly reason?: string;
}

/** Why nothing, or not everything, could be checked. `behind`: the check itself could not keep pace; `stopped`: by its `signal`. */
export interface Problem {
  readonly kind: 'unreachable' | 'unauthorized' | 'refused' | 'behind' | 'stopped';
  readonly message: string;
}

/** What a run of the checks found. */
export interface CheckReport {
  /** What was dialled, credentials masked. */
  readonly url: string;
  /** Whether the bot passed: nothing failed, and in every area that applies something of basis `platform` was seen. */
  readonly ok: boolean;
  readonly strict: boolean;
  readonly durationMs: number;
  /** How late the timers of the check itself were at worst, in milliseconds. */
  readonly lagMs: number;
  /** How many calls were dialled. */
  readonly calls: number;
  readonly results: readonly CheckResult[];
  /** The broken clauses: in the order of the scenarios, and by time within each. */
  readonly findings: readonly (CheckResult & { readonly finding: Finding })[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Areas in which nothing of basis `platform` was seen. */
  readonly unseenAreas: readonly string[];
  readonly problem?: Problem;
}

import type { Clause, ClauseId } from '@hookline/protocol';
import type { Outcome } from './outcome.js';

/** The first occurrence of a broken clause. */
export interface Finding {
  readonly scenario: string;
  readonly call: string;
  /** Milliseconds since the call was dialled. */
  readonly atMs: number;
  /** What the bot sent or failed to send, with credentials masked. */
  readonly got: string;
  readonly effect: string;
  readonly fix: string;
  /** A known error in public documents or samples that explains it. */
  readonly slip?: string;
  /** The number of calls in which the clause was broken. */
  readonly calls: number;
  /** The folder of the trace of the call, if traces are stored. */
  readonly trace?: string;
  /** The line in its `trace.ndjson`, from 1. */
  readonly row?: number;
}

/** The result of one check over all calls. */
export interface CheckResult {
  readonly id: ClauseId;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: Clause['basis'];
  readonly sentence: string;
  readonly outcome: Outcome;
  /** Present for `fail`, `warn` and `note`. */
  readonly finding?: Finding;
  /** Why, for `inconclusive`, `blocked` and `not-applicable`. */
  readonly reason?: string;
}

/**
 * Why the run is incomplete.
 *
 * - `unreachable`: no connection
 * - `unauthorized`: the bot refused the credentials of the first call
 * - `refused`: the bot refused the first call for another reason, or refused or ended later ones for no reason in the
 *   calls, such as too many at a time
 * - `behind`: the process of the check was blocked for too long to evaluate response times
 * - `stopped`: the `signal` stopped the run
 */
export interface Problem {
  readonly kind: 'unreachable' | 'unauthorized' | 'refused' | 'behind' | 'stopped';
  readonly message: string;
  /** Present if a run with one scenario at a time is likely to avoid the problem. */
  readonly isTooParallel?: true;
}

/** The report of a run of the checks. */
export interface CheckReport {
  /** The dialled URL, with credentials masked. */
  readonly url: string;
  /** Whether the bot passed: no check failed, and at least one clause with basis `platform` was exercised in every area that applies. */
  readonly ok: boolean;
  readonly strict: boolean;
  readonly durationMs: number;
  /** The largest delay of the check's own timers, in milliseconds. */
  readonly lagMs: number;
  /** The number of dialled calls. */
  readonly calls: number;
  readonly results: readonly CheckResult[];
  /** The broken clauses, in the order of the scenarios and by time within each. */
  readonly findings: readonly (CheckResult & { readonly finding: Finding })[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Areas in which no clause with basis `platform` was exercised. */
  readonly unseenAreas: readonly string[];
  /** One line for each trace that could not be written. Absent if there is none. */
  readonly traceProblems?: readonly string[];
  readonly problem?: Problem;
}

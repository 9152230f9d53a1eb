/**
 * How a rule is known: read in Genesys's own code or pages, seen in independent implementations, or chosen
 * by Hookline where every source is silent. Only a broken `verified` rule may fail somebody else's bot.
 */
export type ClauseBasis = 'verified' | 'third-party' | 'assumed';

/** One rule of the protocol, with what it rests on and what happens when it is broken. */
export interface Clause<Id extends string = string> {
  /** `AC-<AREA>-<n>`, counted from 1 in each area. An id is never given to another rule. */
  readonly id: Id;
  /** How binding the rule is, in the words of RFC 2119. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** The rule itself, one sentence. */
  readonly sentence: string;
  /** How the rule is known. */
  readonly basis: ClauseBasis;
  /** Where the rule was read. */
  readonly source: string;
  /** The side that has to keep the rule: the client is Genesys Cloud, the server is the bot. */
  readonly bound: 'client' | 'server' | 'both';
  /** What the platform, the bot or the author of the flow sees when the rule is broken. */
  readonly effect: string;
  /** What to do to keep the rule. */
  readonly fix: string;
}

/** Clauses of which the type keeps the ids alone, so that declarations do not repeat every sentence. */
export function area<const Id extends string>(clauses: readonly Clause<Id>[]): readonly Clause<Id>[] {
  return clauses;
}

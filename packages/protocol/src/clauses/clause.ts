/**
 * How a rule is known:
 *
 * - `platform`: an official page, published bytes or observed behaviour of the live service
 * - `sample`: the sample code that Genesys has published: a test client, two sample servers
 * - `third-party`: independent implementations that run against Genesys Cloud
 * - `assumed`: a choice of Hookline, where every source is silent
 *
 * Only a broken `platform` rule may fail somebody else's bot.
 */
export type ClauseBasis = 'platform' | 'sample' | 'third-party' | 'assumed';

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
  /**
   * What is seen when the rule is broken. It says what Genesys Cloud does only where the basis is `platform`; with
   * `sample` it says what the Genesys test client or sample server does.
   */
  readonly effect: string;
  /** What to do to keep the rule. */
  readonly fix: string;
  /** A fact that was observed or published beside the rule, or what nobody knows. */
  readonly note?: string;
}

/** Clauses of which the type keeps the ids alone, so that declarations do not repeat every sentence. */
export function area<const Id extends string>(clauses: readonly Clause<Id>[]): readonly Clause<Id>[] {
  return clauses;
}

/**
 * How a rule is known:
 *
 * - `platform`: an official page, published bytes or observed behaviour of the live service
 * - `sample`: the sample code that Genesys has published: a test client, two sample servers
 * - `third-party`: independent implementations that run against Genesys Cloud
 * - `assumed`: a choice of Hookline, where every source is silent
 *
 * A check fails a bot of another author only for breaking a `platform` rule.
 */
export type ClauseBasis = 'platform' | 'sample' | 'third-party' | 'assumed';

/** One rule of the protocol, with its evidence and the effect of breaking it. */
export interface Clause<Id extends string = string> {
  /** `AC-<AREA>-<n>`, numbered from 1 within each area. Ids are not reused. */
  readonly id: Id;
  /** The requirement level of RFC 2119. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** The rule itself, one sentence. */
  readonly sentence: string;
  /** How the rule is known. */
  readonly basis: ClauseBasis;
  /** The source of the rule. */
  readonly source: string;
  /** The side that the rule applies to: the client is Genesys Cloud, the server is the bot. */
  readonly bound: 'client' | 'server' | 'both';
  /**
   * The effect of breaking the rule. It describes Genesys Cloud only if the basis is `platform`; if it is `sample`, it
   * describes the Genesys test client or sample server.
   */
  readonly effect: string;
  /** How to comply with the rule. */
  readonly fix: string;
  /** An additional fact that was observed or published, or what is not known. */
  readonly note?: string;
}

/** Types clauses by their ids only, so that type declarations do not repeat every sentence. */
export function area<const Id extends string>(clauses: readonly Clause<Id>[]): readonly Clause<Id>[] {
  return clauses;
}

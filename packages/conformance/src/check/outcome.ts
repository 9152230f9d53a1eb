import type { Clause } from '@hookline/protocol';

type Basis = Clause['basis'];

/** How a check came out. `fail`, `warn` and `note` all say that the clause was broken. */
export type Outcome = 'pass' | 'fail' | 'warn' | 'note' | 'inconclusive' | 'blocked' | 'not-applicable';

const LEVELS: Readonly<Record<Basis, 'fail' | 'warn' | 'note'>> = {
  platform: 'fail',
  sample: 'warn',
  'third-party': 'warn',
  assumed: 'note',
};

/**
 * What breaking a clause of this basis comes to: only what is known of the platform fails a bot.
 *
 * @param strict - whether what rests on samples and on third parties fails it as well
 */
export function levelOf(basis: Basis, strict: boolean): 'fail' | 'warn' | 'note' {
  const level = LEVELS[basis];
  return strict && level === 'warn' ? 'fail' : level;
}

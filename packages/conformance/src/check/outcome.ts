import type { Clause } from '@hookline/protocol';

type Basis = Clause['basis'];

/** The outcome of a check. `fail`, `warn` and `note` all mean that the clause was broken. */
export type Outcome = 'pass' | 'fail' | 'warn' | 'note' | 'inconclusive' | 'blocked' | 'not-applicable';

const LEVELS: Readonly<Record<Basis, 'fail' | 'warn' | 'note'>> = {
  platform: 'fail',
  sample: 'warn',
  'third-party': 'warn',
  assumed: 'note',
};

/**
 * Returns the outcome of a broken clause. Only a MUST with basis `platform` fails a bot.
 *
 * @param strict - whether warnings fail it too
 */
export function levelOf(clause: Pick<Clause, 'basis' | 'level'>, strict: boolean): 'fail' | 'warn' | 'note' {
  const byBasis = LEVELS[clause.basis];
  const level = byBasis === 'fail' && clause.level !== 'MUST' ? 'warn' : byBasis;
  return strict && level === 'warn' ? 'fail' : level;
}

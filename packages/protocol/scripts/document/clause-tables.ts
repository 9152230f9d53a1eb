import { type Clause, clauses } from '../../src/clauses/index.js';
import { table } from './table.js';

/** How many rules rest on what. */
export function basisTable(): string {
  const count = (basis: Clause['basis']) => String(clauses.filter((clause) => clause.basis === basis).length);
  return table(
    ['basis', 'rules', 'what it means', 'in a conformance check'],
    [
      ['verified', count('verified'), "read in Genesys's own code or pages", 'a breach fails'],
      [
        'third-party',
        count('third-party'),
        'seen in independent implementations that run against Genesys Cloud',
        'a breach warns',
      ],
      ['assumed', count('assumed'), 'every source is silent: a choice of Hookline', 'a breach is noted'],
    ],
  );
}

/** Every rule, area by area. */
export function clauseTables(): string {
  const areas = new Map<string, Clause[]>();
  for (const clause of clauses) {
    const area = clause.id.split('-')[1] ?? '';
    areas.set(area, [...(areas.get(area) ?? []), clause]);
  }
  return [...areas]
    .map(
      ([area, rules]) =>
        `### ${area}\n\n${table(['id', 'rule', 'binds', 'basis', 'source'], rules.map(row))}`,
    )
    .join('\n\n');
}

function row({ id, level, sentence, bound, basis, source }: Clause): string[] {
  return [id, `${level}. ${sentence}`, bound, basis, source];
}

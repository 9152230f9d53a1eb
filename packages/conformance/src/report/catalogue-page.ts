import { clauses } from '@hookline/protocol';
import { areaOf, CHECKS, NOT_CHECKED } from '../check/catalogue.js';
import { levelOf } from '../check/outcome.js';
import { FAULTS } from '../faults/catalogue.js';
import { SCENARIOS } from '../scenarios/scenarios.js';

/** Renders the catalogue of checks as a Markdown page. */
export function cataloguePage(): string {
  const areas = [...new Set(CHECKS.map(({ id }) => areaOf(id)))];
  const unchecked = clauses.filter(
    ({ id, bound }) => bound !== 'client' && !CHECKS.some((check) => check.id === id),
  );
  return [
    '# The checks',
    '',
    `Generated from the clauses and the scenarios. \`hookline check URL\` runs all ${CHECKS.length} checks. A broken rule fails the bot if it is a MUST with basis \`platform\`. It is a warning if it is a SHOULD with basis \`platform\`, or has basis \`sample\` or \`third-party\` (with \`--strict\`, a failure), and a note if its basis is \`assumed\`.`,
    '',
    '## Scenarios',
    '',
    '| scenario | description |',
    '| --- | --- |',
    ...SCENARIOS.map(
      ({ name, description, exclusive }) =>
        `| \`${name}\` | ${description}${exclusive ? ' Runs alone.' : ''} |`,
    ),
    ...areas.flatMap((area) => [
      '',
      `## ${area}`,
      '',
      '| check | rule | basis | if broken | scenarios |',
      '| --- | --- | --- | --- | --- |',
      ...CHECKS.filter(({ id }) => areaOf(id) === area).map(
        ({ id, clause, scenarios }) =>
          `| ${id} | ${cell(clause.sentence)} | ${clause.basis} | ${levelOf(clause, false)} | ${scenarios.map((name) => `\`${name}\``).join(', ')} |`,
      ),
    ]),
    '',
    '## Rules without a check',
    '',
    '| rule | why |',
    '| --- | --- |',
    ...unchecked.map(({ id, sentence }) => `| ${id}: ${cell(sentence)} | ${NOT_CHECKED[id] ?? ''} |`),
    '',
    '## Faulty bots',
    '',
    '`hookline serve NAME` serves them. Each breaks one rule.',
    '',
    '| bot | breaks | description |',
    '| --- | --- | --- |',
    ...FAULTS.map(({ name, breaks, about }) => `| \`${name}\` | ${breaks} | ${about} |`),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

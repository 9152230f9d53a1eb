import { clauses } from '@hookline/protocol';
import { areaOf, CHECKS, UNSEEN } from '../check/catalogue.js';
import { levelOf } from '../check/outcome.js';
import { FAULTS } from '../faults/catalogue.js';
import { SCENARIOS } from '../scenarios/scenarios.js';

/** The whole catalogue as a page of Markdown. */
export function cataloguePage(): string {
  const areas = [...new Set(CHECKS.map(({ id }) => areaOf(id)))];
  const unchecked = clauses.filter(
    ({ id, bound }) => bound !== 'client' && !CHECKS.some((check) => check.id === id),
  );
  return [
    '# The checks',
    '',
    `Generated from the clauses and the scenarios. \`hookline check URL\` makes all ${CHECKS.length}; a broken rule fails the bot where it is a MUST and its basis is \`platform\`, is a warning where it is a SHOULD of the platform, \`sample\` or \`third-party\` (\`--strict\`: a failure), and a note where it is \`assumed\`.`,
    '',
    '## Scenarios',
    '',
    '| scenario | does |',
    '| --- | --- |',
    ...SCENARIOS.map(({ name, about, alone }) => `| \`${name}\` | ${about}${alone ? ' Alone.' : ''} |`),
    ...areas.flatMap((area) => [
      '',
      `## ${area}`,
      '',
      '| check | rule | basis | broken | shown by |',
      '| --- | --- | --- | --- | --- |',
      ...CHECKS.filter(({ id }) => areaOf(id) === area).map(
        ({ id, clause, scenarios }) =>
          `| ${id} | ${cell(clause.sentence)} | ${clause.basis} | ${levelOf(clause, false)} | ${scenarios.map((name) => `\`${name}\``).join(', ')} |`,
      ),
    ]),
    '',
    '## Rules that no check sees',
    '',
    '| rule | why |',
    '| --- | --- |',
    ...unchecked.map(({ id, sentence }) => `| ${id}: ${cell(sentence)} | ${UNSEEN[id] ?? ''} |`),
    '',
    '## Faulty bots',
    '',
    'Served by `hookline serve NAME`; each breaks one rule.',
    '',
    '| bot | breaks | does |',
    '| --- | --- | --- |',
    ...FAULTS.map(({ name, breaks, about }) => `| \`${name}\` | ${breaks} | ${about} |`),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

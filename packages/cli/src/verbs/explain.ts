import { CAUSES, type Cause, type CauseEntry } from '@hookline/client';
import { type Clause, clauses, ERROR_CODES } from '@hookline/protocol';
import { exitCodeOfCause, isCause } from '../cause-exit-codes.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import { suggestValues } from '../options/suggested-values.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { wrapLabelled } from '../output/text.js';
import { examples, outputOptions } from './option-groups.js';

interface ExplainFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline explain RULE`: a rule of the protocol with its source, the effect of breaking it, and the fix. */
export const explainVerb: Verb = (program, context) => {
  const command = program
    .command('explain')
    .argument(
      '<rule>',
      'a rule (AC-MSG-3), an area of rules (AC-MSG), an error code (429) or a cause (open-timeout)',
    );
  suggestValues(command, [
    ...clauses.map(({ id }) => id),
    ...Object.keys(CAUSES),
    ...Object.keys(ERROR_CODES),
  ]);
  outputOptions(command);
  examples(command, [
    'hookline explain AC-MSG-3',
    'hookline explain 429',
    'hookline explain open-timeout --json',
  ]);
  command.action((term: string, flags: ExplainFlags) => {
    const console = createConsole({ ...flags, ...context });
    const rules = rulesOf(term);
    const name = term.toLowerCase();
    const cause = isCause(name) ? name : undefined;
    const error = Object.entries(ERROR_CODES).find(([code]) => code === term);
    if (rules.length === 0 && !cause && !error) throw unknownWord(term);
    if (flags.json) {
      for (const rule of rules) console.json({ type: 'rule', ...rule });
      if (cause) console.json({ type: 'cause', cause, ...CAUSES[cause] });
      if (error) console.json({ type: 'error', code: Number(error[0]), what: error[1] });
      return;
    }
    const [only] = rules;
    if (rules.length > 1) for (const rule of rules) printListed(rule, console);
    else if (only) printRule(only, console);
    if (cause) printCause(cause, console);
    if (error) {
      console.out(
        paint(console, 'bold', `${error[0]}  an error code of the protocol, sent only by Genesys Cloud`),
      );
      printFields([['what', error[1]]], console);
    }
  });
};

/** The rule with this id, or the rules of this area. */
function rulesOf(word: string): readonly Clause[] {
  const id = word.toUpperCase().replace(/^(?!AC-)(?=[A-Z]+(?:-\d+)?$)/, 'AC-');
  const exact = clauses.filter((clause) => clause.id === id);
  return exact.length > 0 ? exact : clauses.filter((clause) => areaOf(clause.id) === id);
}

const areaOf = (id: string) => id.replace(/-\d+$/, '');

/** The error for an unknown word, with a suggestion: the rules of the area, or a similar word. */
function unknownWord(word: string): UsageError {
  const ids = clauses.map(({ id }) => id.toLowerCase());
  const area = word.toLowerCase().replace(/-\d+$/, '');
  const siblings = ids.filter((id) => areaOf(id) === area);
  const areas = [...new Set(ids.map(areaOf))];
  const meant =
    siblings.length > 0
      ? ` (the area has ${siblings[0]?.toUpperCase()} to ${siblings.at(-1)?.toUpperCase()})`
      : didYouMean(word, [...ids, ...areas, ...Object.keys(CAUSES)]).replace(/"ac-[^"]*"/, (id) =>
          id.toUpperCase(),
        );
  return new UsageError(
    `Unknown rule or cause ${JSON.stringify(word)}${meant}; expected a rule such as AC-MSG-3, an area such as AC-MSG, an error code such as 429, or a cause such as open-timeout.`,
  );
}

function printListed({ id, level, sentence }: Clause, console: Console): void {
  for (const line of wrapLabelled(console, `${id.padEnd(13)} ${level.padEnd(7)} `, sentence))
    console.out(line);
}

const BASIS_TEXTS: Readonly<Record<Clause['basis'], string>> = {
  platform: 'known from Genesys Cloud itself',
  sample: 'known from sample code published by Genesys',
  'third-party': 'known from independent implementations that run against Genesys Cloud',
  assumed: 'an assumption: no source describes it',
};

function printRule(rule: Clause, console: Console): void {
  const { id, level, sentence, basis, source, bound, effect, fix, note } = rule;
  const side = { client: 'Genesys Cloud', server: 'the bot', both: 'both sides' }[bound];
  console.out(paint(console, 'bold', `${id}  ${level}`));
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['rule', sentence],
    ['applies to', side],
    ['basis', `${basis}: ${BASIS_TEXTS[basis]}`],
    ['source', source],
    ['effect', effect],
    ['fix', fix],
    ['note', note],
  ];
  printFields(parts, console);
}

function printCause(name: Cause, console: Console): void {
  const { words, errorType, errorTypeBeforeOpened }: CauseEntry = CAUSES[name];
  console.out(paint(console, 'bold', `${name}  a cause of the failure path`));
  const before = errorTypeBeforeOpened === undefined ? '' : `; ${errorTypeBeforeOpened} before opened`;
  printFields(
    [
      ['what', words],
      ['errorType', `${errorType}${before}`],
      ['exit code', String(exitCodeOfCause(name))],
    ],
    console,
  );
}

function printFields(parts: readonly (readonly [string, string | undefined])[], console: Console): void {
  for (const [name, text] of parts) {
    if (text === undefined) continue;
    for (const line of wrapLabelled(console, `  ${name.padEnd(11)}`, text)) console.out(line);
  }
}

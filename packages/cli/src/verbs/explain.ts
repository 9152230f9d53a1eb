import { CAUSES, type Cause, type CauseEntry } from '@hookline/client';
import { type Clause, clauses, ERROR_CODES } from '@hookline/protocol';
import type { Verb } from '../context.js';
import { EXIT_OF_CAUSE, isCause, UsageError } from '../exit-codes.js';
import { closest } from '../options/parse.js';
import { suggestValues } from '../options/suggested-values.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { labelled } from '../output/text.js';
import { examples, outputOptions } from './option-groups.js';

interface ExplainFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline explain RULE`: what a rule of the protocol says, how it is known, what breaking it does, and the cure. */
export const explainVerb: Verb = (program, context) => {
  const command = program
    .command('explain')
    .argument('<rule>', 'AC-MSG-3, an area such as AC-MSG, an error code such as 429, or a cause');
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
  command.action((word: string, flags: ExplainFlags) => {
    const console = createConsole({ ...flags, ...context });
    const rules = rulesOf(word);
    const name = word.toLowerCase();
    const cause = isCause(name) ? name : undefined;
    const error = Object.entries(ERROR_CODES).find(([code]) => code === word);
    if (rules.length === 0 && !cause && !error) throw unknown(word);
    if (flags.json) {
      for (const rule of rules) console.json({ type: 'rule', ...rule });
      if (cause) console.json({ type: 'cause', cause, ...CAUSES[cause], exitCode: EXIT_OF_CAUSE[cause] });
      if (error) console.json({ type: 'error', code: Number(error[0]), what: error[1] });
      return;
    }
    const [only] = rules;
    if (rules.length > 1) for (const rule of rules) list(rule, console);
    else if (only) printRule(only, console);
    if (cause) printCause(cause, console);
    if (error) {
      console.out(
        paint(console, 'bold', `${error[0]}  a code of the error message, which only Genesys Cloud sends`),
      );
      print([['what', error[1]]], console);
    }
  });
};

/** The rule of that id, or the rules of that area. */
function rulesOf(word: string): readonly Clause[] {
  const id = word.toUpperCase().replace(/^(?!AC-)(?=[A-Z]+(?:-\d+)?$)/, 'AC-');
  const exact = clauses.filter((clause) => clause.id === id);
  return exact.length > 0 ? exact : clauses.filter((clause) => areaOf(clause.id) === id);
}

const areaOf = (id: string) => id.replace(/-\d+$/, '');

/** @returns an error that names what is nearest: a rule of the area that was meant, or another word */
function unknown(word: string): UsageError {
  const ids = clauses.map(({ id }) => id.toLowerCase());
  const area = word.toLowerCase().replace(/-\d+$/, '');
  const siblings = ids.filter((id) => areaOf(id) === area);
  const areas = [...new Set(ids.map(areaOf))];
  const meant =
    siblings.length > 0
      ? ` (there are ${siblings[0]?.toUpperCase()} to ${siblings.at(-1)?.toUpperCase()})`
      : closest(word, [...ids, ...areas, ...Object.keys(CAUSES)]).replace(/"ac-[^"]*"/, (id) =>
          id.toUpperCase(),
        );
  return new UsageError(
    `There is no rule or cause ${JSON.stringify(word)}${meant}. Give a rule such as AC-MSG-3, an area such as AC-MSG, an error code such as 429, or a cause such as open-timeout.`,
  );
}

function list({ id, level, sentence }: Clause, console: Console): void {
  for (const line of labelled(console, `${id.padEnd(13)} ${level.padEnd(7)} `, sentence)) console.out(line);
}

const BASES: Readonly<Record<Clause['basis'], string>> = {
  platform: 'known of Genesys Cloud itself',
  sample: 'known of sample code that Genesys has published',
  'third-party': 'known of independent implementations that context against Genesys Cloud',
  assumed: 'assumed: no source says anything',
};

function printRule(rule: Clause, console: Console): void {
  const { id, level, sentence, basis, source, bound, effect, fix, note } = rule;
  const who = { client: 'Genesys Cloud', server: 'the bot', both: 'both sides' }[bound];
  console.out(paint(console, 'bold', `${id}  ${level}`));
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['rule', sentence],
    ['kept by', who],
    ['basis', `${basis}: ${BASES[basis]}`],
    ['source', source],
    ['effect', effect],
    ['fix', fix],
    ['note', note],
  ];
  print(parts, console);
}

function printCause(name: Cause, console: Console): void {
  const { words, errorType, errorTypeBeforeOpened }: CauseEntry = CAUSES[name];
  console.out(paint(console, 'bold', `${name}  a cause of the failure path`));
  const before = errorTypeBeforeOpened === undefined ? '' : `; ${errorTypeBeforeOpened} before opened`;
  print(
    [
      ['what', words],
      ['errorType', `${errorType}${before}`],
      ['exit code', String(EXIT_OF_CAUSE[name])],
    ],
    console,
  );
}

function print(parts: readonly (readonly [string, string | undefined])[], console: Console): void {
  for (const [name, text] of parts) {
    if (text === undefined) continue;
    for (const line of labelled(console, `  ${name.padEnd(10)}`, text)) console.out(line);
  }
}

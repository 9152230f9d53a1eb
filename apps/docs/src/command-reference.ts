import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES } from '@hookline/client';
import { cell, generatedPage, table } from './generated-page.js';
import { ROOT, readSource } from './pages.js';

const HELP = 'packages/cli/src/verbs/help.json';

interface VerbHelp {
  readonly usage: string;
  readonly about: string;
  /** `Arguments`, `Options` and `Commands`, each a list of a term and what it does. */
  readonly lists: ReadonlyMap<string, readonly (readonly [term: string, text: string])[]>;
  readonly examples: readonly string[];
}

/** Parses the help of each verb from the text that the command prints. */
export function verbHelp(): Map<string, VerbHelp> {
  const help: Record<string, string> = JSON.parse(readSource(HELP));
  return new Map(Object.entries(help).map(([verb, text]) => [verb, parseHelp(text)]));
}

/** @throws Error if the text does not have commander's format */
export function parseHelp(text: string): VerbHelp {
  const [, usage, about = ''] = /^Usage: (.*)\n\n([\s\S]*?)\n\n/.exec(text) ?? [];
  if (usage === undefined)
    throw new Error(`${HELP}: expected "Usage: …", got ${JSON.stringify(text.slice(0, 60))}`);
  const parts = [...text.matchAll(/^([A-Z][\w ]*):\n((?: .*\n?)+)/gm)].map(
    ([, title = '', body = '']) => [title, body] as const,
  );
  const examples = parts.find(([title]) => title === 'Examples')?.[1] ?? '';
  return {
    usage,
    about: about.replace(/\n */g, ' '),
    lists: new Map(
      parts
        .filter(([title]) => ['Arguments', 'Options', 'Commands'].includes(title))
        .map(([title, body]) => [title, parseList(body)]),
    ),
    examples: examples.split('\n').flatMap((line) => line.trim() || []),
  };
}

/** Terms are indented by two columns; their text is to the right, or on the next lines with a deeper indent. */
function parseList(body: string): [term: string, text: string][] {
  return body.split(/\n(?= {2}\S)/).map((entry) => {
    const [, term = '', text = ''] = /^ {2}(\S.*?)(?: {2,}|\n +|$)([\s\S]*)$/.exec(entry) ?? [];
    return [term, text.replace(/\s*\n\s*/g, ' ').trim()];
  });
}

/** One section per verb: usage, arguments, options, examples. */
export function commandPage(): string {
  const verbs = [...verbHelp()];
  const sections = verbs.map(([verb, { usage, about, lists, examples }]) =>
    [
      `## ${verb}`,
      `${about[0]?.toUpperCase()}${about.slice(1)}.`,
      `\`\`\`text\n${usage}\n\`\`\``,
      ...[...lists].map(([title, list]) =>
        table(
          [title.toLowerCase().replace(/s$/, ''), 'meaning'],
          list.map(([term, text]) => [`\`${cell(term)}\``, cell(text)]),
        ),
      ),
      `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
    ].join('\n\n'),
  );
  return generatedPage(
    'Every verb and option',
    'The output of `hookline help VERB` for every verb. [The manual of the command](/packages/cli) explains what each verb is for.',
    sections,
  );
}

/** Each exit code: what it means, from the manual of the command, and the causes of a failed call that lead to it. */
export function exitCodesPage(): string {
  const [, rows = ''] =
    /\| exit code \|[^\n]*\n\|[-| ]+\|\n((?:\| (?:0|1|2|3|4|5|6|7|8|130) .*\n){10})/.exec(
      readSource('packages/cli/README.md'),
    ) ?? [];
  const meanings = [...rows.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)];
  if (meanings.length === 0)
    throw new Error('packages/cli/README.md: the table of the ten exit codes is not found.');
  const causes = (code: string) =>
    Object.entries(CAUSES)
      .filter(([, { exitCode }]) => String(exitCode) === code)
      .map(([cause]) => `[\`${cause}\`](/reference/causes#${cause})`)
      .join(', ');
  return generatedPage('Exit codes', 'The exit codes of the `hookline` command.', [
    table(
      ['exit code', 'meaning', 'causes of a failed call'],
      meanings.map(([, code = '', meaning = '']) => [code, meaning, causes(code)]),
    ),
  ]);
}

/** Environment variables that no option names. */
const TERMINAL_VARIABLES: Readonly<Record<string, string>> = {
  CI: 'set: no live view and no colour, as in a file',
  COLUMNS: 'line width if stdout is not a terminal; default 80, minimum 60',
  LANG: 'a UTF-8 locale: lines are drawn with Unicode; `LC_ALL` takes precedence over `LC_CTYPE`, and `LC_CTYPE` over `LANG`',
  LC_ALL: 'see `LANG`',
  LC_CTYPE: 'see `LANG`',
  NO_COLOR: 'set: no colours',
  TERM: '`dumb`: no colours and no live view',
};

/** The environment variables that the command reads. @throws Error if one has no description */
export function environmentPage(): string {
  const uses = [...verbHelp()].flatMap(([verb, { lists }]) =>
    (lists.get('Options') ?? []).flatMap(([term, text]) =>
      [...text.matchAll(/\[([A-Z_]+)\]/g)].map(([, name = '']) => ({
        name,
        verb,
        option: term.split(' ')[0] ?? term,
        text: text.replace(/ *\[[A-Z_]+\]/, ''),
      })),
    ),
  );
  const rows = variablesRead().map((name) => {
    const [first, ...more] = uses.filter((use) => use.name === name);
    const terminal = TERMINAL_VARIABLES[name];
    if (!first && terminal === undefined)
      throw new Error(
        `The command reads ${name}, which neither an option names in its help nor command-reference.ts describes.`,
      );
    const verbs = first ? [...new Set([first, ...more].map(({ verb }) => `\`${verb}\``))].join(', ') : 'all';
    return [
      `\`${name}\``,
      first ? cell(first.text) : (terminal ?? ''),
      first ? `\`${first.option}\`` : '',
      verbs,
    ];
  });
  return generatedPage(
    'Environment variables',
    'The environment variables that the `hookline` command reads. An option takes precedence over its variable, and a variable over a profile. The packages read no environment variables.',
    [table(['variable', 'what', 'option', 'verbs'], rows)],
  );
}

/** Finds the environment variables in the sources of the command. */
function variablesRead(): string[] {
  const folder = 'packages/cli/src';
  const sources = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.test)\.ts$/.test(path),
  );
  const names = sources.flatMap((path) =>
    [...readSource(`${folder}/${path}`).matchAll(/\benv(?:\[|, )'([A-Z_]+)'/g)].map(([, name = '']) => name),
  );
  return [...new Set(names)].sort();
}

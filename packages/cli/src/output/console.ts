import { styleText } from 'node:util';

/** How the command prints: results to stdout, all else to stderr. */
export interface Console {
  /** A result line on stdout. */
  out(text: string): void;
  /** A line on stderr. */
  err(text: string): void;
  /** Progress and hints on stderr: nothing with `--quiet`. */
  note(text: string): void;
  /** One NDJSON object on stdout. */
  json(value: object): void;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly quiet: boolean;
  /** How wide a line is, at least 60: as the terminal of stdout, else as COLUMNS says, else 80. */
  readonly columns: number;
}

/** What decides how a command prints. */
export interface ConsoleOptions {
  readonly quiet?: boolean | undefined;
  /** False for `--no-color`. */
  readonly color?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Makes the console of a run. Colour only on a terminal, never with NO_COLOR or CI; Unicode only under a UTF-8 locale. */
export function createConsole(options: ConsoleOptions): Console {
  const { env, stdout, stderr } = options;
  const quiet = options.quiet === true;
  const colour =
    options.color !== false &&
    !env['NO_COLOR'] &&
    !env['CI'] &&
    stdout.isTTY === true &&
    env['TERM'] !== 'dumb';
  return {
    out: (text) => stdout.write(`${text}\n`),
    err: (text) => stderr.write(`${text}\n`),
    note: (text) => {
      if (!quiet) stderr.write(`${text}\n`);
    },
    json: (value) => stdout.write(`${JSON.stringify(value)}\n`),
    colour,
    unicode: isUtf8(env),
    quiet,
    columns: columnsOf(stdout, env),
  };
}

const COLUMNS = 80;
const MIN_COLUMNS = 60;

function columnsOf(stdout: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): number {
  const given = stdout.isTTY && stdout.columns > 0 ? stdout.columns : Number(env['COLUMNS'] || COLUMNS);
  return Math.max(MIN_COLUMNS, Number.isSafeInteger(given) ? given : COLUMNS);
}

/** Whether the locale prints UTF-8. Where none is set (Windows, containers) modern terminals do. */
function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale ? /utf-?8/i.test(locale) : true;
}

/** Text in a colour, where the console has colours. */
export function paint(
  console: Console,
  style: 'green' | 'red' | 'yellow' | 'dim' | 'bold',
  text: string,
): string {
  return console.colour ? styleText(style, text, { validateStream: false }) : text;
}

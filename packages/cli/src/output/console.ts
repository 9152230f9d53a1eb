import { stripVTControlCharacters, styleText } from 'node:util';

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
  /**
   * Shows these lines below all that is printed, in place of the ones before; none takes them away. What is printed
   * meanwhile goes above. Nothing is shown unless stdout and stderr are terminals, nor with `--quiet` or under CI.
   */
  live(lines: readonly string[]): void;
  /** Whether `live` shows anything. */
  readonly isLive: boolean;
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
  const isLive =
    !quiet && !env['CI'] && env['TERM'] !== 'dumb' && stdout.isTTY === true && stderr.isTTY === true;
  const live = isLive ? liveLines(stderr) : () => {};
  const print = (stream: NodeJS.WriteStream, text: string) => {
    live([]);
    stream.write(`${text}\n`);
  };
  return {
    out: (text) => print(stdout, text),
    err: (text) => print(stderr, text),
    note: (text) => {
      if (!quiet) print(stderr, text);
    },
    json: (value) => print(stdout, JSON.stringify(value)),
    live,
    isLive,
    colour,
    unicode: isUtf8(env),
    quiet,
    columns: columnsOf(stdout, env),
  };
}

/** Lines that are drawn again and again at the bottom of a terminal. */
function liveLines(terminal: NodeJS.WriteStream): (lines: readonly string[]) => void {
  let shown = 0;
  return (lines) => {
    // A line that the terminal breaks in two could not be taken away again.
    const fitting = lines
      .filter((line) => [...stripVTControlCharacters(line)].length < terminal.columns)
      // What scrolled out at the top could not either.
      .slice(0, Math.max(1, (terminal.rows || Number.POSITIVE_INFINITY) - 1));
    if (shown === 0 && fitting.length === 0) return;
    // Line by line: what clears the rest of the screen is kept as history by some terminals.
    const cleared = shown > 0 ? `\r\x1b[K${'\x1b[A\x1b[K'.repeat(shown - 1)}` : '';
    terminal.write(cleared + fitting.join('\n'));
    shown = fitting.length;
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

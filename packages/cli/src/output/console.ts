import { stripVTControlCharacters, styleText } from 'node:util';

/** The output of the command: results on stdout, everything else on stderr. */
export interface Console {
  /** Prints a line on stdout. */
  out(text: string): void;
  /** Prints a line on stderr. */
  err(text: string): void;
  /** Prints progress or a hint on stderr, unless `--quiet` is set. */
  note(text: string): void;
  /** Prints a JSON object as one line on stdout. */
  json(value: object): void;
  /**
   * Draws lines at the bottom of the terminal and replaces the previous ones; an empty list removes them. Other output is
   * printed above. Draws nothing unless stdout and stderr are terminals, or with `--quiet`, or if `CI` is set.
   */
  live(lines: readonly string[]): void;
  /** Whether `live` draws anything. */
  readonly isLive: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly quiet: boolean;
  /** The width of a line, at least 60: the width of the terminal, or `COLUMNS`, or 80. */
  readonly columns: number;
}

/** The flags, environment and streams of a console. */
export interface ConsoleOptions {
  readonly quiet?: boolean | undefined;
  /** False for `--no-color`. */
  readonly color?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Creates a console. It uses colours only on a terminal without `NO_COLOR` and `CI`, and Unicode only in a UTF-8 locale. */
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

/** Returns a function that redraws lines at the bottom of a terminal. */
function liveLines(terminal: NodeJS.WriteStream): (lines: readonly string[]) => void {
  let drawnLines = 0;
  return (lines) => {
    // A line that the terminal wraps could not be removed.
    const visible = lines
      .filter((line) => [...stripVTControlCharacters(line)].length < terminal.columns)
      // A line that has scrolled out of the terminal could not be removed either.
      .slice(0, Math.max(1, (terminal.rows || Number.POSITIVE_INFINITY) - 1));
    if (drawnLines === 0 && visible.length === 0) return;
    // Clears line by line: clearing the rest of the screen adds lines to the history of some terminals.
    const cleared = drawnLines > 0 ? `\r\x1b[K${'\x1b[A\x1b[K'.repeat(drawnLines - 1)}` : '';
    terminal.write(cleared + visible.join('\n'));
    drawnLines = visible.length;
  };
}

const COLUMNS = 80;
const MIN_COLUMNS = 60;

function columnsOf(stdout: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): number {
  const columns = stdout.isTTY && stdout.columns > 0 ? stdout.columns : Number(env['COLUMNS'] || COLUMNS);
  return Math.max(MIN_COLUMNS, Number.isSafeInteger(columns) ? columns : COLUMNS);
}

/** Whether the locale is UTF-8. Without a locale (Windows, containers) terminals support UTF-8. */
function isUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale ? /utf-?8/i.test(locale) : true;
}

/** Applies a style to a text if the console has colours. */
export function paint(
  console: Console,
  style: 'green' | 'red' | 'yellow' | 'dim' | 'bold',
  text: string,
): string {
  return console.colour ? styleText(style, text, { validateStream: false }) : text;
}

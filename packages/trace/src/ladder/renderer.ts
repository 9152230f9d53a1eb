import { checkArgument } from '@hookline/runtime';
import { columnWidth, fit, pad, wrapText } from './cells.js';
import { checkWidth } from './check-width.js';

/** How a ladder is drawn. */
export interface LadderStyle {
  /**
   * Columns of a row, at least 60; default 88, which fits every usual row. Sentences use the full width, arrows at most
   * 120.
   */
  readonly width?: number;
  /** Whether to print characters outside ASCII; default true. */
  readonly unicode?: boolean;
  /** Whether to use ANSI colours: red for violations, yellow for warnings; default false. */
  readonly color?: boolean;
}

/** The characters that a ladder is drawn with. */
export interface Glyphs {
  readonly from: string;
  readonly to: string;
  readonly line: string;
  readonly right: string;
  readonly left: string;
  readonly side: string;
  readonly callerAudio: string;
  readonly botAudio: string;
  readonly wrong: string;
  readonly ellipsis: string;
  readonly times: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
}

const UNICODE: Glyphs = {
  from: '├',
  to: '┤',
  line: '─',
  right: '▶',
  left: '◀',
  side: '│',
  callerAudio: '▒▒',
  botAudio: '▓▓',
  wrong: '✗',
  ellipsis: '…',
  times: '×',
  bottomLeft: '└',
  bottomRight: '┘',
};

const ASCII: Glyphs = {
  from: '|',
  to: '|',
  line: '-',
  right: '>',
  left: '<',
  side: '|',
  callerAudio: '::',
  botAudio: '##',
  wrong: 'x',
  ellipsis: '...',
  times: 'x',
  bottomLeft: '+',
  bottomRight: '+',
};

/** The default number of columns, which fits every usual row. */
export const LADDER_WIDTH = 88;
const MIN_WIDTH = 60;
/** Longer arrows are harder to follow. */
const WIDEST_LADDER = 120;
const TIME_CELLS = 7;
/** As wide as `first audio 379 ms`. */
const NOTE_CELLS = 18;

/** The columns and glyphs of a ladder. All texts given to it must be printable. */
export interface LadderRenderer {
  /** Whether to print characters outside ASCII. */
  readonly unicode: boolean;
  readonly glyphs: Glyphs;
  /** Columns from border to border. */
  readonly laneCells: number;
  /** The rows of an event: time, lane and note, then continuation rows of the lane. Each lane has `laneCells` columns. */
  rows(t: number, lane: readonly string[], note?: string): string[];
  /** Time and a text that uses the rest of the width, wrapped if it is longer. */
  annotation(t: number, text: string, colour: 'red' | 'yellow'): string[];
  /** The title row: the names of the left and the right side. */
  titles(left: string, right: string): string;
}

/** Creates the renderer of a style. */
export function createLadderRenderer(style: LadderStyle): LadderRenderer {
  checkArgument('TRACE_BAD_OPTION', 'createLadderRenderer: style', style, 'object');
  const { width = LADDER_WIDTH, unicode = true, color = false } = style;
  checkWidth('createLadderRenderer: width', width);
  const glyphs = unicode ? UNICODE : ASCII;
  const columns = Math.max(MIN_WIDTH, Math.floor(width));
  const laneCells = Math.min(columns, WIDEST_LADDER) - TIME_CELLS - 1 - 2 - NOTE_CELLS;
  const cut = (text: string, room: number) => fit(text, room, glyphs.ellipsis);
  return {
    unicode,
    glyphs,
    laneCells,
    rows(t, [first = '', ...more], note = '') {
      return [
        `${time(t)} ${first}${note ? `  ${cut(note, NOTE_CELLS)}` : ''}`,
        ...more.map((lane) => ' '.repeat(TIME_CELLS + 1) + lane),
      ];
    },
    annotation(t, text, colour) {
      const start = `${time(t)} ${glyphs.wrong} `;
      const lines = wrapText(text, columns - start.length).map(
        (line, index) => (index === 0 ? start : ' '.repeat(start.length)) + line,
      );
      return color ? lines.map((line) => `\x1b[${colour === 'red' ? 31 : 33}m${line}\x1b[0m`) : lines;
    },
    titles(left, right) {
      const start = cut(left, Math.floor(laneCells / 2) - 1);
      const end = cut(right, laneCells - columnWidth(start) - 2);
      return `${' '.repeat(TIME_CELLS + 1)}${pad(start, laneCells - columnWidth(end))}${end}`;
    },
  };
}

/** Seconds with three decimals if they fit into the column. */
function time(t: number): string {
  const digits = t < 1_000_000 ? 3 : 0;
  return fit((t / 1000).toFixed(digits), TIME_CELLS, '').padStart(TIME_CELLS);
}

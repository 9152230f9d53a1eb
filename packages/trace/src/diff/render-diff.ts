import { checkArgument } from '@hookline/runtime';
import { wrapText } from '../ladder/cells.js';
import { printable } from '../ladder/escape.js';
import type { TraceDifference } from './difference.js';

/** How differences are printed. */
export interface DiffStyle {
  /** Columns of a line; default 80. */
  readonly width?: number;
  /** Whether letters outside ASCII may stay; default true. */
  readonly unicode?: boolean;
}

const WIDTH = 80;

const MARKS: Readonly<Record<TraceDifference['kind'], string>> = {
  missing: '-',
  extra: '+',
  changed: '!',
  time: '~',
};

/**
 * Differences as lines of text: `-` only in A, `+` only in B, `!` another value, `~` another time. What a peer said
 * cannot reach the terminal as a command.
 *
 * @returns empty where there is no difference, else lines with a line end after each
 */
export function renderDiff(differences: readonly TraceDifference[], style: DiffStyle = {}): string {
  checkArgument('TRACE_BAD_OPTION', 'renderDiff: differences', differences, 'list');
  const { width = WIDTH, unicode = true } = style;
  return differences
    .flatMap(({ kind, text }) =>
      wrapText(printable(text, unicode), width - 2).map(
        (line, index) => `${index === 0 ? MARKS[kind] : ' '} ${line}\n`,
      ),
    )
    .join('');
}

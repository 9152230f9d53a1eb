import { checkArgument } from '@hookline/runtime';
import { wrapText } from '../ladder/cells.js';
import { checkWidth } from '../ladder/check-width.js';
import { printable } from '../ladder/escape.js';
import type { TraceDifference } from './difference.js';

/** How differences are printed. */
export interface DiffStyle {
  /** The maximum width of a line, in columns; default 80. */
  readonly width?: number;
  /** Whether to print characters outside ASCII; default true. */
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
 * Renders differences as lines of text: `-` only in A, `+` only in B, `!` different values, `~` different times. Text
 * of the peers is escaped for terminals.
 *
 * @returns lines, each with a line end; empty if there are no differences
 * @throws HooklineError `TRACE_BAD_OPTION` for a width that is no number
 */
export function renderDiff(differences: readonly TraceDifference[], style: DiffStyle = {}): string {
  checkArgument('TRACE_BAD_OPTION', 'renderDiff: differences', differences, 'list');
  const { width = WIDTH, unicode = true } = style;
  checkWidth('renderDiff: width', width);
  return differences
    .flatMap(({ kind, text }) =>
      wrapText(printable(text, unicode), width - 2).map(
        (line, index) => `${index === 0 ? MARKS[kind] : ' '} ${line}\n`,
      ),
    )
    .join('');
}

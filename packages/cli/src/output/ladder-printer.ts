import { createLadder, type LadderEvent, type LadderOptions } from '@hookline/trace';
import type { Console } from './console.js';

/** Prints a ladder row by row, with the titles before the first row. */
export interface LadderPrinter {
  push(event: LadderEvent): void;
  /** The rows of the audio that is not complete yet. */
  growingRows(): string[];
  /** Prints the remaining rows. */
  finish(): void;
}

/** Creates a ladder printer. */
export function ladderPrinter(
  console: Console,
  options: Pick<LadderOptions, 'vantage' | 'right' | 'media'>,
  print: (line: string) => void = console.out,
): LadderPrinter {
  const ladder = createLadder({
    width: console.columns,
    unicode: console.unicode,
    color: console.colour,
    ...options,
  });
  let hasPrintedTitles = false;
  const printRows = (rows: readonly string[]) => {
    if (!hasPrintedTitles && rows.length > 0) {
      hasPrintedTitles = true;
      print(ladder.titles);
    }
    for (const row of rows) print(row);
  };
  return {
    push: (event) => printRows(ladder.push(event)),
    growingRows: ladder.waiting,
    finish: () => printRows(ladder.flush()),
  };
}

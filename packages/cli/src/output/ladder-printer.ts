import { createLadder, type LadderEvent, type LadderOptions } from '@hookline/trace';
import type { Console } from './console.js';

/** Prints a ladder row by row, its titles before the first. */
export interface LadderPrinter {
  push(event: LadderEvent): void;
  /** The rows of the audio that waits, as far as it has come. */
  waiting(): string[];
  /** Prints what still waits. */
  finish(): void;
}

/** Starts with nothing printed. */
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
  let titled = false;
  const show = (rows: readonly string[]) => {
    if (!titled && rows.length > 0) {
      titled = true;
      print(ladder.titles);
    }
    for (const row of rows) print(row);
  };
  return {
    push: (event) => show(ladder.push(event)),
    waiting: ladder.waiting,
    finish: () => show(ladder.flush()),
  };
}

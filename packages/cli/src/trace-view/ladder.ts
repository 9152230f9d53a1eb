import { createLadder, type TraceHeader, type TraceRow } from '@hookline/trace';
import type { Console } from '../output/console.js';

/** Prints the ladder of a trace row by row, its titles before the first. */
export interface LadderPrinter {
  push(row: TraceRow): void;
  finish(): void;
}

/** Starts with nothing printed. */
export function ladderPrinter(console: Console, header: TraceHeader): LadderPrinter {
  const ladder = createLadder({
    width: console.columns,
    unicode: console.unicode,
    color: console.colour,
    vantage: header.vantage,
    media: { type: 'audio', format: header.codec, rate: header.rate, channels: header.channels },
  });
  let titled = false;
  const print = (rows: readonly string[]) => {
    if (!titled && rows.length > 0) {
      titled = true;
      console.out(ladder.titles);
    }
    for (const row of rows) console.out(row);
  };
  return { push: (row) => print(ladder.push(row)), finish: () => print(ladder.flush()) };
}

import { audioRuns, type WireEvent, type WireSink } from '@hookline/protocol';
import { createRedactor, type LadderEvent, redactEvent } from '@hookline/trace';
import type { Console } from './console.js';
import { ladderPrinter } from './ladder-printer.js';
import { createMasking } from './masking.js';
import { printableRow } from './printable-row.js';

/** Output of a running call. */
export interface LiveView {
  readonly sink: WireSink;
  /** Rows of audio that is not complete yet, for the bottom of a terminal. */
  growingRows(): string[];
  /** Prints the remaining rows. */
  finish(): void;
}

/**
 * Prints each event as one JSON object per line, with credentials masked. `type` is the type of the line, and `message` is
 * the type of a wire message, so that a bot cannot send a message that looks like the result.
 */
export function jsonView(console: Console, secrets: readonly string[]): LiveView {
  const redactor = createRedactor(secrets);
  const show = (event: WireEvent) => {
    console.json(wireLine(event.kind === 'audio' ? event : redactEvent(redactor, event)));
  };
  const runs = audioRuns(show);
  return { sink: runs, growingRows: () => [], finish: runs.flush };
}

/** An event as a line of `--json`. `message` is the type of a wire message. */
export function wireLine(event: LadderEvent): object {
  if (event.kind === 'unknown') return { type: 'wire', ...event, row: printableRow(event.row) };
  if (event.kind !== 'message') return { type: 'wire', ...event };
  const { kind, type: message, ...rest } = event;
  return { type: 'wire', kind, message, ...rest };
}

/** Prints the ladder row by row, with credentials masked. */
export function ladderView(
  console: Console,
  bot: string,
  secrets: readonly string[],
  print: (line: string) => void,
): LiveView {
  const redactor = createRedactor(secrets);
  const ladder = ladderPrinter(console, { vantage: 'client', right: bot }, print);
  const runs = audioRuns((event) =>
    ladder.push(event.kind === 'audio' ? event : redactEvent(redactor, event)),
  );
  return {
    sink: runs,
    growingRows() {
      runs.flush();
      return ladder.growingRows();
    },
    finish() {
      runs.flush();
      ladder.finish();
    },
  };
}

/** The title of the bot in the ladder: its host and path. */
export function botTitle(url: string): string {
  return `bot ${createMasking()
    .text(url)
    .replace(/^wss?:\/\//, '')
    .replace(/\?.*$/, '')}`;
}

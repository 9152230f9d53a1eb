import { audioRuns, type WireEvent, type WireSink } from '@hookline/protocol';
import { createRedactor, type LadderEvent, redactEvent } from '@hookline/trace';
import type { Console } from './console.js';
import { ladderPrinter } from './ladder-printer.js';
import { createMasking } from './masked.js';

/** What is shown of a call while it goes on. */
export interface LiveView {
  readonly sink: WireSink;
  /** Rows that still grow, for the last lines of a terminal; none where nothing waits. */
  waiting(): string[];
  /** Shows what still waits. */
  finish(): void;
}

/**
 * Each event as one NDJSON object on stdout, credentials masked. `type` says what the line is; what a wire message is
 * says `message`, so that no bot can send something that looks like the result.
 */
export function jsonView(console: Console, secrets: readonly string[]): LiveView {
  const redactor = createRedactor(secrets);
  const show = (event: WireEvent) => {
    console.json(wireLine(event.kind === 'audio' ? event : redactEvent(redactor, event)));
  };
  const runs = audioRuns(show);
  return { sink: runs, waiting: () => [], finish: runs.flush };
}

/** An event as an NDJSON object. The type of a message stands in `message`. */
export function wireLine(event: LadderEvent): object {
  if (event.kind !== 'message') return { type: 'wire', ...event };
  const { kind, type: message, ...rest } = event;
  return { type: 'wire', kind, message, ...rest };
}

/** The ladder, row by row, credentials masked. */
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
    waiting() {
      runs.flush();
      return ladder.waiting();
    },
    finish() {
      runs.flush();
      ladder.finish();
    },
  };
}

/** Host and path of the bot, as the ladder names it. */
export function botTitle(url: string): string {
  return `bot ${createMasking()
    .text(url)
    .replace(/^wss?:\/\//, '')
    .replace(/\?.*$/, '')}`;
}

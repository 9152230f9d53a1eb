import { audioRuns, type WireEvent, type WireSink } from '@hookline/protocol';
import { createLadder, createRedactor, redactEvent } from '@hookline/trace';
import type { Console } from './console.js';
import { createMasking } from './masked.js';

/** What is shown of a call while it goes on. */
export interface LiveView {
  readonly sink: WireSink;
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
    const shown = event.kind === 'audio' ? event : redactEvent(redactor, event);
    if (shown.kind !== 'message') console.json({ type: 'wire', ...shown });
    else {
      const { kind, type: message, ...rest } = shown;
      console.json({ type: 'wire', kind, message, ...rest });
    }
  };
  const runs = audioRuns(show);
  return { sink: runs, finish: runs.flush };
}

/** The ladder, row by row, credentials masked. */
export function ladderView(
  console: Console,
  bot: string,
  secrets: readonly string[],
  print: (line: string) => void,
): LiveView {
  const redactor = createRedactor(secrets);
  const ladder = createLadder({
    width: console.columns,
    vantage: 'client',
    right: bot,
    unicode: console.unicode,
    color: console.colour,
  });
  let titled = false;
  const show = (rows: readonly string[]) => {
    if (!titled && rows.length > 0) {
      titled = true;
      print(ladder.titles);
    }
    for (const row of rows) print(row);
  };
  const runs = audioRuns((event) =>
    show(ladder.push(event.kind === 'audio' ? event : redactEvent(redactor, event))),
  );
  return {
    sink: runs,
    finish() {
      runs.flush();
      show(ladder.flush());
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

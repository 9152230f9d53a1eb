import { audioRuns, type WireSink } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import { createLadder, createRedactor, type LadderStyle, redactEvent } from '@hookline/trace';

/** The last rows of the ladder of a call. */
export interface LadderTail {
  readonly sink: WireSink;
  /** Returns the titles and the last rows so far. Empty if nothing happened. */
  rows(): readonly string[];
}

/** Options of `ladderTail`. */
export interface LadderTailOptions extends LadderStyle {
  /** How many rows to keep. Default: 20. */
  readonly rows?: number;
  /** The title of the bot's column. */
  readonly right?: string;
  /** Texts that are masked wherever they occur. */
  readonly secrets?: readonly string[];
}

/** Draws a call as a ladder and keeps its last rows. Credentials are masked. */
export function ladderTail(options: LadderTailOptions = {}): LadderTail {
  checkArgument('SCENARIO_BAD_OPTION', 'ladderTail: options', options, 'object');
  const { rows: rowCount = 20, secrets = [], ...style } = options;
  const ladder = createLadder({ vantage: 'client', ...style });
  const redactor = createRedactor(secrets);
  const kept: string[] = [];
  const append = (rows: readonly string[]) => {
    kept.push(...rows);
    kept.splice(0, kept.length - rowCount);
  };
  const runs = audioRuns((event) =>
    append(ladder.push(event.kind === 'audio' ? event : redactEvent(redactor, event))),
  );
  return {
    sink: runs,
    rows() {
      runs.flush();
      append(ladder.flush());
      return kept.length === 0 ? [] : [ladder.titles, ...kept];
    },
  };
}

import { audioRuns, type WireSink } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import { createLadder, createRedactor, type LadderStyle, redactEvent } from '@hookline/trace';

/** The end of the ladder of a call. */
export interface LadderTail {
  readonly sink: WireSink;
  /** The last rows so far, titles first; none where nothing was seen. */
  rows(): readonly string[];
}

/** Options of `ladderTail`. */
export interface LadderTailOptions extends LadderStyle {
  /** How many rows; default 20. */
  readonly rows?: number;
  /** How the bot is called. */
  readonly right?: string;
  /** Masked wherever they come. */
  readonly secrets?: readonly string[];
}

/** Draws a call as a ladder and keeps the end of it. Credentials are masked. */
export function ladderTail(options: LadderTailOptions = {}): LadderTail {
  checkArgument('SCENARIO_BAD_OPTION', 'ladderTail: options', options, 'object');
  const { rows: most = 20, secrets = [], ...style } = options;
  const ladder = createLadder({ vantage: 'client', ...style });
  const redactor = createRedactor(secrets);
  const kept: string[] = [];
  const keep = (rows: readonly string[]) => {
    kept.push(...rows);
    kept.splice(0, kept.length - most);
  };
  const runs = audioRuns((event) =>
    keep(ladder.push(event.kind === 'audio' ? event : redactEvent(redactor, event))),
  );
  return {
    sink: runs,
    rows() {
      runs.flush();
      keep(ladder.flush());
      return kept.length === 0 ? [] : [ladder.titles, ...kept];
    },
  };
}

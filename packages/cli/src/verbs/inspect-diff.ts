import { differencesMarkdown, renderDiff } from '@hookline/trace';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseTime } from '../options/parse.js';
import { createConsole } from '../output/console.js';
import { counted } from '../output/text.js';
import { diffFiles } from '../trace-view/diff-files.js';
import { filterOf, readingProgress, readingTrace } from '../trace-view/open.js';
import { examples } from './option-groups.js';

/** The flags of `hookline inspect`, as commander reads them. */
export interface InspectFlags {
  readonly filter?: string;
  readonly format: 'text' | 'json' | 'md';
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Its own flags, and those of `inspect`. */
interface DiffFlags extends InspectFlags {
  readonly times?: string;
  readonly ignore?: readonly string[];
}

/** Adds `hookline inspect diff A B`: exit 0 where the calls are the same, 1 where they differ. */
export function addDiff(inspect: Command, context: CliContext, exit: (code: number) => void): void {
  const command = inspect
    .command('diff')
    .argument('<a>', 'a trace: its folder, or a .zip of it')
    .argument('<b>', 'the trace that is compared with it')
    .description('say in what two calls differ, apart from ids and times')
    .option('--times <tolerance>', 'compare times too; what is this much off differs: 500ms')
    .option('--ignore <what>', 'text: what may be worded anew each time', parseIgnored);
  examples(command, [
    'hookline inspect diff before after',
    'hookline inspect diff before.zip after.zip --ignore text --json',
    'hookline inspect diff before after --times 500ms',
  ]);
  command.action(async (a: string, b: string) => {
    const flags: DiffFlags = command.optsWithGlobals();
    const console = createConsole({ ...flags, ...context });
    if (flags.follow)
      throw new UsageError('--follow is for one trace; inspect diff compares two that are whole.');
    const json = flags.json || flags.format === 'json';
    const filter = filterOf(flags.filter);
    const timesWithinMs = flags.times === undefined ? undefined : parseTime(flags.times, '--times');
    const options = {
      ...(timesWithinMs === undefined ? {} : { timesWithinMs }),
      ignoreText: flags.ignore !== undefined,
    };
    const progress = readingProgress(console, context.clock);
    const differences = await readingTrace(() =>
      diffFiles(a, b, { options, keeps: filter, progress }),
    ).finally(progress.stop);
    const same = differences.length === 0;
    const message = `the calls differ in ${counted(differences.length, 'place')}`;
    if (json) {
      for (const { type: message, ...difference } of differences)
        console.json({ type: 'difference', ...difference, ...(message === undefined ? {} : { message }) });
      console.json({ type: 'diff', same, differences: differences.length });
    } else if (same) {
      console.out('no difference');
    } else if (flags.format === 'md') {
      console.out(differencesMarkdown(differences).trimEnd());
    } else {
      console.out(renderDiff(differences, { width: console.columns, unicode: console.unicode }).trimEnd());
    }
    if (same) return;
    const code = EXIT.expectationFailed;
    console.err(json ? JSON.stringify({ error: { code, message } }) : `hookline: ${message}`);
    exit(code);
  });
}

function parseIgnored(value: string): readonly string[] {
  const words = value.split(',').map((word) => word.trim());
  const unknown = words.find((word) => word !== 'text');
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `There is no ${JSON.stringify(unknown)} to ignore; it takes text. Times are left aside unless --times is given.`,
    );
  }
  return words;
}

import { differencesMarkdown, renderDiff } from '@hookline/trace';
import { type Command, Help, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseTime } from '../options/parse.js';
import { createConsole } from '../output/console.js';
import { pluralize } from '../output/text.js';
import { diffFiles } from '../trace-view/diff-files.js';
import { parseRowFilter, showReadingProgress, withTraceUsageErrors } from '../trace-view/read-trace.js';
import { examples } from './option-groups.js';

/** The flags of `hookline inspect`, as commander parses them. */
export interface InspectFlags {
  readonly filter?: string;
  readonly format: 'text' | 'json' | 'md';
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The flags of `inspect diff`, including those of `inspect`. */
interface DiffFlags extends InspectFlags {
  readonly times?: string;
  readonly ignore?: readonly string[];
}

/** Adds `hookline inspect diff A B`. Exit code 0 if the calls are the same, 1 if they differ. */
export function addDiff(inspect: Command, context: CliContext, exit: (code: number) => void): void {
  const command = inspect
    .command('diff')
    .argument('<a>', 'a trace: its folder, or a .zip of it')
    .argument('<b>', 'the trace to compare it with')
    .description('print the differences between two calls, except for ids and times')
    .option('--times <tolerance>', 'also compare times, with this tolerance: 500ms')
    .option('--ignore <what>', 'text: ignore text that a bot may vary', parseIgnored);
  const help = Object.assign(new Help(), { showGlobalOptions: true });
  command.configureHelp({
    showGlobalOptions: true,
    visibleGlobalOptions: (diff) => help.visibleGlobalOptions(diff).filter(({ long }) => long !== '--follow'),
  });
  examples(command, [
    'hookline inspect diff before after',
    'hookline inspect diff before.zip after.zip --ignore text --json',
    'hookline inspect diff before after --times 500ms',
  ]);
  command.action(async (a: string, b: string) => {
    const flags: DiffFlags = command.optsWithGlobals();
    const console = createConsole({ ...flags, ...context });
    if (flags.follow)
      throw new UsageError(
        '--follow cannot be used with inspect diff, which compares two complete traces; remove --follow.',
      );
    const json = flags.json || flags.format === 'json';
    const filter = parseRowFilter(flags.filter);
    const timesWithinMs = flags.times === undefined ? undefined : parseTime(flags.times, '--times');
    const options = {
      ...(timesWithinMs === undefined ? {} : { timesWithinMs }),
      ignoreText: flags.ignore !== undefined,
    };
    const progress = showReadingProgress(console, context.clock);
    const differences = await withTraceUsageErrors(() =>
      diffFiles(a, b, { options, filter, progress }),
    ).finally(progress.stop);
    const same = differences.length === 0;
    const message = `the calls differ in ${pluralize(differences.length, 'place')}`;
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
      `It takes text; got ${JSON.stringify(unknown)}. Times are ignored unless --times is given.`,
    );
  }
  return words;
}

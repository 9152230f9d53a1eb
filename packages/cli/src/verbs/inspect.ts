import { createLadder, createSumming, headerMedia, longestFence, markdownAround } from '@hookline/trace';
import { openTraceRows } from '@hookline/trace/node';
import { Option } from 'commander';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { type Console, createConsole } from '../output/console.js';
import { ladderPrinter } from '../output/ladder-printer.js';
import { wireLine } from '../output/live-view.js';
import {
  callerAudioOf,
  createRowMask,
  parseRowFilter,
  showReadingProgress,
  withTraceUsageErrors,
} from '../trace-view/read-trace.js';
import { heading, logLines, playbackSection, summaryLines } from '../trace-view/sections.js';
import { addDiff, type InspectFlags } from './inspect-diff.js';
import { examples, outputOptions } from './option-groups.js';

/** `hookline inspect TRACE`: prints a whole trace; `hookline inspect diff A B` compares two. */
export const inspectVerb: Verb = (program, context, exit) => {
  const command = program
    .command('inspect')
    .argument('<trace>', 'a trace: its folder, or a .zip of it')
    .option('--filter <terms>', "rows to print, such as 'type:event -type:ping dir:in two'")
    .addOption(new Option('--format <name>', 'output format').choices(['text', 'json', 'md']).default('text'))
    .option('--follow', 'print rows while they are written, until the call ends');
  outputOptions(command);
  examples(command, [
    'hookline inspect .hookline/2026-11-22-1150-3f',
    "hookline inspect call.zip --filter 'type:event dir:in' --format md",
    'hookline inspect .hookline/2026-11-22-1150-3f --follow',
  ]);
  command.action(async (path: string, flags: InspectFlags) => {
    const console = createConsole({ ...flags, ...context });
    const format = flags.json ? 'json' : flags.format;
    if (flags.follow && format === 'md') {
      throw new UsageError(
        '--follow and --format md cannot be used together, because Markdown needs the complete call; remove one of them.',
      );
    }
    if (format === 'md') await printMarkdown(path, flags, context, console);
    else exit(await printRows(path, flags, format === 'json', context, console));
  });
  addDiff(command, context, exit);
};

/** Reads the trace twice, because the summary comes first, so that memory does not grow with the length of the call. */
async function printMarkdown(
  path: string,
  flags: InspectFlags,
  context: CliContext,
  console: Console,
): Promise<void> {
  const filter = parseRowFilter(flags.filter);
  const progress = showReadingProgress(console, context.clock);
  const readLadder = async (print: (lines: readonly string[]) => void, createSummary?: CreateSumming) => {
    const open = await openTraceRows(path);
    const ladder = createLadder({ vantage: open.header.vantage });
    const summing = createSummary?.(open.header);
    print([ladder.titles]);
    for await (const row of open.rows) {
      progress.countRow();
      summing?.push(row, await callerAudioOf(open, row));
      if (filter(row)) print(ladder.push(row));
    }
    print(ladder.flush());
    return { header: open.header, summary: summing?.total(open.truncated) };
  };
  await withTraceUsageErrors(async () => {
    let backticks = 0;
    const { header, summary } = await readLadder((lines) => {
      for (const line of lines) backticks = Math.max(backticks, longestFence(line));
    }, createSumming);
    if (summary === undefined) return;
    const { before, after } = markdownAround(header, summary, backticks);
    console.out(before.trimEnd());
    await readLadder((lines) => {
      for (const line of lines) console.out(line);
    });
    console.out(after.trimEnd());
  }).finally(progress.stop);
}

type CreateSumming = typeof createSumming;

/** Prints row by row, so that memory does not grow with the length of the call. */
async function printRows(
  path: string,
  flags: InspectFlags,
  json: boolean,
  context: CliContext,
  console: Console,
): Promise<number> {
  const filter = parseRowFilter(flags.filter);
  const stop = new AbortController();
  let code: number = EXIT.success;
  const interrupt = () => {
    code = EXIT.interrupted;
    stop.abort();
  };
  const release = flags.follow ? context.onInterrupt(interrupt) : () => {};
  // If the reader closes the pipe (`| head`), nobody waits for the next rows.
  const onUnread = () => stop.abort();
  context.stdout.once('error', onUnread);
  const follow = flags.follow ? { follow: { clock: context.clock, signal: stop.signal } } : {};
  try {
    await withTraceUsageErrors(async () => {
      const open = await openTraceRows(path, follow);
      const summing = createSumming(open.header);
      const mask = createRowMask();
      const ladder = ladderPrinter(console, {
        vantage: open.header.vantage,
        media: headerMedia(open.header),
      });
      if (json) console.json({ type: 'header', ...open.header });
      for await (const read of open.rows) {
        const row = mask(read);
        summing.push(row, await callerAudioOf(open, row));
        if (!filter(row)) continue;
        if (json) console.json(wireLine(row));
        else ladder.push(row);
      }
      const summary = summing.total(open.truncated);
      if (json) {
        console.json({ type: 'summary', ...summary });
        return;
      }
      ladder.finish();
      if (!flags.follow) await printLog(path, flags, console);
      for (const line of [
        ...heading(console, 'Summary'),
        ...summaryLines(console, open.header, summary),
        ...playbackSection(console, summary),
      ])
        console.out(line);
    });
  } finally {
    release();
    context.stdout.off('error', onUnread);
  }
  return code;
}

async function printLog(path: string, flags: InspectFlags, console: Console): Promise<void> {
  const filter = parseRowFilter(flags.filter);
  const open = await openTraceRows(path);
  const mask = createRowMask();
  for (const line of heading(console, 'Log')) console.out(line);
  for await (const read of open.rows) {
    const row = mask(read);
    if (filter(row)) for (const line of logLines(console, open.header, row)) console.out(line);
  }
}

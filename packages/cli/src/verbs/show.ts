import { createSumming, headerMedia } from '@hookline/trace';
import { openTraceRows } from '@hookline/trace/node';
import type { Verb } from '../context.js';
import { createConsole } from '../output/console.js';
import { ladderPrinter } from '../output/ladder-printer.js';
import { wireLine } from '../output/live-view.js';
import { callerFrames, maskRows, readingProgress, readingTrace } from '../trace-view/open.js';
import { heading, heardSection, noteLines, summaryLines } from '../trace-view/sections.js';
import { examples, outputOptions } from './option-groups.js';

interface ShowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline show TRACE`: a trace for people: ladder, summary, and what was wrong. */
export const showVerb: Verb = (program, context) => {
  const command = program.command('show').argument('<trace>', 'a trace: its folder, or a .zip of it');
  outputOptions(command);
  examples(command, [
    'hookline show .hookline/2026-11-22-1150-3f',
    'hookline show call.zip',
    'hookline show call.zip --json',
  ]);
  command.action(async (path: string, flags: ShowFlags) => {
    const console = createConsole({ ...flags, ...context });
    const progress = readingProgress(console, context.clock);
    await readingTrace(async () => {
      const open = await openTraceRows(path);
      const summing = createSumming(open.header);
      const mask = maskRows();
      const ladder = ladderPrinter(console, {
        vantage: open.header.vantage,
        media: headerMedia(open.header),
      });
      if (flags.json) console.json({ type: 'header', ...open.header });
      for await (const read of open.rows) {
        progress.row();
        const row = mask(read);
        summing.push(row, await callerFrames(open, row));
        if (flags.json) console.json(wireLine(row));
        else ladder.push(row);
      }
      const summary = summing.total(open.truncated);
      if (flags.json) {
        console.json({ type: 'summary', ...summary });
        return;
      }
      ladder.finish();
      const notes = noteLines(console, summary);
      for (const line of [
        ...heading(console, 'Summary'),
        ...summaryLines(console, open.header, summary),
        ...heardSection(console, summary),
        ...(notes.length > 0 ? [...heading(console, 'Notes'), ...notes] : []),
      ])
        console.out(line);
    }).finally(progress.stop);
  });
};

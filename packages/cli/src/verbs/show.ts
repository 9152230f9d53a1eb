import { createSumming, headerMedia } from '@hookline/trace';
import { openTraceRows } from '@hookline/trace/node';
import type { Verb } from '../context.js';
import { createConsole } from '../output/console.js';
import { ladderPrinter } from '../output/ladder-printer.js';
import { wireLine } from '../output/live-view.js';
import {
  callerAudioOf,
  createRowMask,
  showReadingProgress,
  withTraceUsageErrors,
} from '../trace-view/read-trace.js';
import { heading, playbackSection, summaryLines, violationLines } from '../trace-view/sections.js';
import { examples, outputOptions } from './option-groups.js';

interface ShowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline show TRACE`: prints the ladder, the summary and the broken rules of a trace. */
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
    const progress = showReadingProgress(console, context.clock);
    await withTraceUsageErrors(async () => {
      const open = await openTraceRows(path);
      const summing = createSumming(open.header);
      const mask = createRowMask();
      const ladder = ladderPrinter(console, {
        vantage: open.header.vantage,
        media: headerMedia(open.header),
      });
      if (flags.json) console.json({ type: 'header', ...open.header });
      for await (const read of open.rows) {
        progress.countRow();
        const row = mask(read);
        summing.push(row, await callerAudioOf(open, row));
        if (flags.json) console.json(wireLine(row));
        else ladder.push(row);
      }
      const summary = summing.total(open.truncated);
      if (flags.json) {
        console.json({ type: 'summary', ...summary });
        return;
      }
      ladder.finish();
      const notes = violationLines(console, summary);
      for (const line of [
        ...heading(console, 'Summary'),
        ...summaryLines(console, open.header, summary),
        ...playbackSection(console, summary),
        ...(notes.length > 0 ? [...heading(console, 'Notes'), ...notes] : []),
      ])
        console.out(line);
    }).finally(progress.stop);
  });
};

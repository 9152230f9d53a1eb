import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calibrationPage, createCalibration, readOperationalEvents } from '@hookline/conformance';
import { messageOf } from '@hookline/runtime';
import { laneOf, type Trace, type TraceRow } from '@hookline/trace';
import { openTraceRows, TRACE_FILES } from '@hookline/trace/node';
import { checkReportFiles } from '../check-artifacts.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { createConsole } from '../output/console.js';
import { showProgress } from '../output/progress.js';
import type { OptionPath } from '../same-file.js';
import { withTraceUsageErrors } from '../trace-view/read-trace.js';
import { examples, outputOptions, repeatable } from './option-groups.js';

interface CalibrateFlags {
  readonly events?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline calibrate TRACE…`: reports which rules recorded calls of Genesys Cloud confirm or refute. */
export const calibrateVerb: Verb = (program, context) => {
  const command = program
    .command('calibrate')
    .argument('<trace...>', 'traces of calls of Genesys Cloud, from record or from the server');
  repeatable(
    command,
    '--events <file>',
    'operational events: a response of POST /api/v2/usage/events/query (repeatable)',
  );
  command.option('--out <file>', 'write the Markdown report to this file instead of stdout');
  outputOptions(command);
  examples(command, [
    'hookline calibrate traces/call-1 traces/call-2 --out calibration.md',
    'hookline calibrate call.zip --events events.json',
    'hookline calibrate call.zip --json',
  ]);
  command.action(async (paths: readonly string[], flags: CalibrateFlags) => {
    const console = createConsole({ ...flags, ...context });
    if (flags.out !== undefined)
      await checkReportFiles([{ option: '--out', path: flags.out }], filesRead(paths, flags));
    const events = (await Promise.all((flags.events ?? []).map(readEvents))).flat();
    const calibration = createCalibration(events);
    let read = 0;
    let rows = 0;
    const stopProgress = showProgress(console, context.clock, () => [
      `${read} of ${paths.length} traces, ${rows} rows`,
    ]);
    try {
      // One at a time, so that only one trace is in memory.
      for (const path of paths) {
        calibration.add(await withTraceUsageErrors(() => readForCalibration(path, () => (rows += 1))));
        read += 1;
      }
    } finally {
      stopProgress();
    }
    const report = calibration.report();
    if (flags.json) {
      for (const { clause, ...found } of report.clauses)
        console.json({ type: 'clause', id: clause.id, basis: clause.basis, ...found });
      console.json({ type: 'calibration', calls: report.calls, otherEvents: report.otherEvents });
    }
    const page = calibrationPage(report);
    if (flags.out !== undefined) {
      const { out } = flags;
      try {
        await mkdir(dirname(out), { recursive: true });
        await writeFile(out, page);
      } catch (error) {
        throw new UsageError(`--out cannot write ${JSON.stringify(out)}: ${messageOf(error)}.`);
      }
      console.note(`wrote ${out}; it contains only counts and codes, no content of the calls`);
    } else if (!flags.json) {
      console.out(page.trimEnd());
    }
  });
};

/** The traces, with the files in the folder of each, and the events. */
function filesRead(traces: readonly string[], { events = [] }: CalibrateFlags): readonly OptionPath[] {
  return [
    ...traces.flatMap((trace) =>
      [trace, ...Object.values(TRACE_FILES).map((name) => join(trace, name))].map((path) => ({
        option: 'the trace',
        path,
      })),
    ),
    ...events.map((path) => ({ option: '--events', path })),
  ];
}

/** How much bot audio is examined, in bytes. A wrong format shows from the start. */
const BOT_AUDIO_BYTES = 1024 * 1024;

/** Reads a trace without the caller audio and with the start of the bot audio, because the rules need no more. */
async function readForCalibration(path: string, onRow: () => void): Promise<Trace> {
  const open = await openTraceRows(path);
  const rows: TraceRow[] = [];
  const botAudio: Uint8Array[] = [];
  for await (const row of open.rows) {
    onRow();
    rows.push(row);
    const isBot = row.kind === 'audio' && laneOf(open.header.vantage, row.dir) === 'bot';
    if (isBot && row.offset + row.bytes <= BOT_AUDIO_BYTES) botAudio.push(...(await open.audioOf(row)));
  }
  const bot = Buffer.concat(botAudio);
  return { header: open.header, rows, truncated: open.truncated, caller: new Uint8Array(0), bot };
}

async function readEvents(path: string) {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--events cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  });
  return readOperationalEvents(text, path);
}

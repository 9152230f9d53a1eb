import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import {
  type LoadFile,
  type LoadProgress,
  mergeRuns,
  parseRun,
  parseThreshold,
  progressLine,
  type RunLoadOptions,
  readLoadFile,
  renderProgress,
  runLoad,
} from '@hookline/load';
import { isHooklineError, messageOf } from '@hookline/runtime';
import type { Command } from 'commander';
import { profileOption } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseCredentials } from '../options/identity.js';
import { integrationOf, tlsOptions } from '../options/integration.js';
import { parseInputs, parseNumber, parseTime } from '../options/parse.js';
import { parseTarget } from '../options/target.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { finishLoad } from '../output/report-load.js';
import { type LoadFlags, type LoadReportFlags, loadOptions, loadReportOptions } from './load-options.js';
import { examples } from './option-groups.js';

/** `hookline load URL|FILE`: many calls at once; `hookline load merge A B`: several runs as one. */
export const loadVerb: Verb = (program, context, exit) => {
  const command = loadOptions(
    program
      .command('load')
      .argument('[url]', 'where to call, or a file that says all of this (.yaml, .json)'),
  );
  profileOption(command, context);
  examples(command, [
    'hookline load ws://localhost:8080/parrot --rate 20 --ramp 10s --duration 1m --threshold reply.p95=1500ms',
    'hookline load nightly.load.yaml --processes 2 --html load.html --out run.hdr.json',
    'hookline load merge pod-1.hdr.json pod-2.hdr.json --html load.html',
  ]);
  command.action(async (given: string | undefined) => {
    const isScenario = given?.endsWith('.call.yaml') === true;
    if (isScenario) command.setOptionValueWithSource('scenario', given, 'cli');
    const place = isScenario ? undefined : given;
    const file = await fileOf(command, place);
    const flags = command.opts<LoadFlags>();
    const console = createConsole({ ...flags, ...context });
    exit(await load(place, file, flags, context, console));
  });
  addMerge(command, context, exit);
};

/** Reads the load file, if one is given: its fields stand in for flags that are not. */
async function fileOf(command: Command, place: string | undefined): Promise<LoadFile | undefined> {
  if (place === undefined || /^\w+:\/\//.test(place)) return undefined;
  const file = await readLoadFile(place);
  for (const [name, value] of Object.entries(file.flags)) {
    const option = command.options.find(({ long }) => long === `--${name}`)?.attributeName();
    if (option !== undefined && command.getOptionValueSource(option) !== 'cli') {
      command.setOptionValueWithSource(option, value, 'config');
    }
  }
  return file;
}

async function load(
  place: string | undefined,
  file: LoadFile | undefined,
  flags: LoadFlags,
  context: CliContext,
  console: Console,
): Promise<number> {
  const thresholds = [...(file?.thresholds ?? []), ...(flags.threshold ?? []).map(parseThreshold)];
  const options = optionsOf(
    file ? (flags.baseUri === undefined ? file.flags['url'] : undefined) : place,
    file,
    flags,
    context,
    console,
  );
  const stopping = new AbortController();
  let asked = 0;
  const release = context.onInterrupt(() => {
    asked += 1;
    if (asked === 1) stopping.abort();
    else context.exitNow(EXIT.interrupted);
  });
  const progress = showProgress(flags, console);
  try {
    const run = await runLoad({
      ...options,
      clock: context.clock,
      signal: stopping.signal,
      onProgress: progress.show,
    });
    progress.clear();
    return finishLoad({ run, thresholds, interrupted: asked > 0 }, flags, console);
  } catch (error) {
    if (!isHooklineError(error) || error.code !== 'LOAD_PROCESS_LOST') throw error;
    const message = messageOf(error);
    console.err(
      flags.json ? JSON.stringify({ error: { code: EXIT.internal, message } }) : `hookline: ${message}`,
    );
    return EXIT.internal;
  } finally {
    progress.clear();
    release();
  }
}

function optionsOf(
  url: string | undefined,
  file: LoadFile | undefined,
  flags: LoadFlags,
  context: CliContext,
  console: Console,
): RunLoadOptions {
  const { baseConnectionUri, connectorId } = parseTarget(url, flags);
  // For its checks of URL and credentials.
  integrationOf(baseConnectionUri, flags, context, console);
  const { tls } = tlsOptions(flags);
  const time = (text: string | undefined, name: string) =>
    text === undefined ? undefined : parseTime(text, name);
  const count = (text: string, name: string, max: number) =>
    parseNumber(text, name, { min: 1, max, integer: true });
  const scenario = flags.scenario ?? file?.scenario;
  if (scenario !== undefined && flags.wav !== undefined)
    throw new UsageError('Give --scenario or --wav, not both.');
  if (flags.silence && flags.wav !== undefined) throw new UsageError('Give --silence or --wav, not both.');
  return {
    target: {
      baseConnectionUri,
      connectorId,
      ...parseCredentials(flags, context.env, () => {}),
      organizationId: flags.orgId,
      allowWs: flags.allowWs === true,
      inputs: { ...file?.inputs, ...parseInputs(flags) },
      ...(tls === undefined ? {} : { tls }),
    },
    talk:
      scenario === undefined
        ? {
            wavs: flags.silence
              ? []
              : (flags.wav ?? (file && file.wavs.length > 0 ? file.wavs : OWN_PHRASES())),
            talk: flags.talk === 'over' ? 'over' : 'turns',
            turnGapMs: parseTime(flags.turnGap, '--turn-gap'),
            patienceMs: parseTime(flags.patience, '--patience'),
            bargeInAfterMs: time(flags.bargeInAfter, '--barge-in-after'),
          }
        : { scenario, ...(flags.tts === undefined ? {} : { tts: flags.tts }) },
    rate: parseNumber(flags.rate, '--rate', { min: 0.001, max: 10_000 }),
    rampMs: parseTime(flags.ramp, '--ramp'),
    calls: flags.calls === undefined ? undefined : count(flags.calls, '--calls', 10_000_000),
    durationMs: time(flags.duration, '--duration'),
    holdMs: parseTime(flags.hold, '--hold'),
    processes: count(flags.processes, '--processes', 256),
    frameMs: parseNumber(flags.frameMs, '--frame-ms', { min: 20, max: 1000, integer: true }),
    limits: flags.limits === 'off' ? 'off' : 'genesys',
    maxLateMs: parseTime(flags.maxLate, '--max-late'),
  };
}

/** What a caller says where nothing else is given. */
const OWN_PHRASES = () => (['hello', 'table'] as const).map((name) => fileURLToPath(phraseUrl(name)));

/** Where no terminal shows them, every so many seconds a line. */
const QUIET_SECONDS = 10;

/** Shows how far a load is: NDJSON with `--json`, a table that is drawn anew on a terminal, else a line now and then. */
function showProgress(
  { json }: LoadReportFlags,
  console: Console,
): { readonly show: (progress: LoadProgress) => void; readonly clear: () => void } {
  let seconds = 0;
  return {
    show(progress) {
      if (json) {
        console.json({ type: 'progress', ...progress });
        return;
      }
      if (console.isLive) {
        console.live(renderProgress(progress, { paint: (style, text) => paint(console, style, text) }));
        return;
      }
      seconds += 1;
      if (seconds % QUIET_SECONDS === 0) console.note(progressLine(progress));
    },
    clear: () => console.live([]),
  };
}

/** Adds `hookline load merge A B`. */
function addMerge(load: Command, context: CliContext, exit: (code: number) => void): void {
  const command = load
    .command('merge')
    .argument('<files...>', 'what load --out has kept, of processes or machines that ran at the same time')
    .description('put several runs together and judge them as one');
  loadReportOptions(command);
  examples(command, [
    'hookline load merge pod-1.hdr.json pod-2.hdr.json',
    'hookline load merge *.hdr.json --threshold reply.p95=1500ms --html load.html',
    'hookline load merge *.hdr.json --out all.hdr.json --json',
  ]);
  command.action(async (files: readonly string[]) => {
    const flags: LoadReportFlags = command.optsWithGlobals();
    const console = createConsole({ ...flags, ...context });
    const thresholds = (flags.threshold ?? []).map(parseThreshold);
    const runs = await Promise.all(files.map(async (path) => parseRun(await readText(path), path)));
    exit(finishLoad({ run: mergeRuns(runs), thresholds, interrupted: false }, flags, console));
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}.`);
  }
}

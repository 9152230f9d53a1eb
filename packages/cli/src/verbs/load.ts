import { existsSync, readFileSync } from 'node:fs';
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
  type Threshold,
} from '@hookline/load';
import { isHooklineError, messageOf } from '@hookline/runtime';
import type { Command } from 'commander';
import { checkReportFiles, inputFiles } from '../check-artifacts.js';
import { profileOption } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { wavWarning } from '../options/caller-audio.js';
import { parseCredentials, secretsOf } from '../options/credentials.js';
import { integrationOf, tlsOptions } from '../options/integration.js';
import { parseInputs, parseNumber, parseTime } from '../options/parse.js';
import { parseTarget } from '../options/target.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { createMasking } from '../output/masking.js';
import { finishLoad } from '../output/report-load.js';
import type { OptionPath } from '../same-file.js';
import { type LoadFlags, type LoadReportFlags, loadOptions, loadReportOptions } from './load-options.js';
import { examples } from './option-groups.js';

/** `hookline load URL|FILE`: makes many calls at once; `hookline load merge A B` combines several runs. */
export const loadVerb: Verb = (program, context, exit) => {
  const command = loadOptions(
    program
      .command('load')
      .argument(
        '[url]',
        'URL of the bot, or a load file (.yaml, .json) with options under the names of the flags',
      ),
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
    const urlOrFile = isScenario ? undefined : given;
    const file = await readGivenLoadFile(command, urlOrFile);
    const flags = command.opts<LoadFlags>();
    const console = createConsole({ ...flags, ...context });
    const nameOf = (flag: string) => {
      const option = command.options.find(({ long }) => long === `--${flag}`)?.attributeName() ?? flag;
      const place = file?.places[flag];
      return place !== undefined && command.getOptionValueSource(option) === 'config'
        ? `${place}: ${flag}`
        : `--${flag}`;
    };
    exit(await load(urlOrFile, file, flags, nameOf, context, console));
  });
  addMerge(command, context, exit);
};

/** Reads the load file, if there is one. Its fields set the options that no flag sets. */
async function readGivenLoadFile(
  command: Command,
  urlOrFile: string | undefined,
): Promise<LoadFile | undefined> {
  if (urlOrFile === undefined || /^\w+:\/\//.test(urlOrFile)) return undefined;
  if (!/\.(?:ya?ml|json)$/i.test(urlOrFile) && !existsSync(urlOrFile)) {
    throw new UsageError(
      `${JSON.stringify(urlOrFile)} is neither a URL such as ws://localhost:8080/book nor a load file (.yaml, .json); pass one of them.`,
    );
  }
  const file = await readLoadFile(urlOrFile);
  const target = ['url', 'base-uri'].find((name) => file.flags[name] !== undefined);
  if (target !== undefined && command.getOptionValueSource('baseUri') === 'profile') {
    throw new UsageError(
      `${target} in ${urlOrFile} and --profile ${JSON.stringify(command.opts<{ readonly profile?: string }>().profile)} cannot be used together, because both name the target; remove one of them.`,
    );
  }
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  // What the callers say is one choice, and flags override the file.
  const speech = ['wav', 'silence', 'scenario'].find(isGiven);
  for (const [name, value] of Object.entries(file.flags)) {
    const option = command.options.find(({ long }) => long === `--${name}`);
    const attribute = option?.attributeName();
    if (option === undefined || attribute === undefined || isGiven(attribute)) continue;
    const isSpeech = name === 'silence' || (name === 'tts' && speech !== 'scenario');
    if (isSpeech && speech !== undefined) continue;
    command.setOptionValueWithSource(attribute, option.isBoolean() ? value === 'true' : value, 'config');
  }
  return file;
}

/** How an error names an option: `--rate`, or `nightly.load.yaml:2:1: rate` if the load file sets it. */
type OptionNames = (flag: string) => string;

async function load(
  urlOrFile: string | undefined,
  file: LoadFile | undefined,
  flags: LoadFlags,
  nameOf: OptionNames,
  context: CliContext,
  console: Console,
): Promise<number> {
  const given = (flags.threshold ?? []).map(parseThreshold);
  const names = new Set(given.map(nameOfThreshold));
  const inFile = (file?.thresholds ?? []).filter((one) => !names.has(nameOfThreshold(one)));
  const thresholds = [...inFile, ...given];
  const options = optionsOf(
    file ? (flags.baseUri === undefined ? file.flags['url'] : undefined) : urlOrFile,
    file,
    flags,
    nameOf,
    context,
    console,
  );
  await checkReportFiles(
    writtenFiles(flags),
    filesRead(file === undefined ? undefined : urlOrFile, file, flags),
  );
  const stopping = new AbortController();
  let signals = 0;
  const release = context.onInterrupt(() => {
    signals += 1;
    if (signals === 1) {
      // A bot that does not answer can delay this for seconds.
      console.note('Stopping: the calls hang up. Interrupt again to exit at once.');
      stopping.abort();
    } else context.exitNow(EXIT.interrupted);
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
    const { json } = createMasking(secretsOf(flags, context.env));
    const masked = { ...run, examples: json(run.examples ?? {}) };
    return finishLoad({ run: masked, thresholds, interrupted: signals > 0 }, flags, console);
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

/** Thresholds of the same name are about the same measurement. */
function nameOfThreshold(threshold: Threshold): string {
  return 'figure' in threshold ? `${threshold.metric}.${threshold.figure}` : threshold.metric;
}

function optionsOf(
  url: string | undefined,
  file: LoadFile | undefined,
  flags: LoadFlags,
  nameOf: OptionNames,
  context: CliContext,
  console: Console,
): RunLoadOptions {
  const { baseConnectionUri, connectorId } = parseTarget(url, flags);
  // Validates the URL and the credentials.
  integrationOf(baseConnectionUri, flags, context, console);
  const { tls } = tlsOptions(flags);
  const time = (text: string | undefined, name: string) =>
    text === undefined ? undefined : parseTime(text, name);
  const durationMs = time(flags.duration, nameOf('duration'));
  if (durationMs === 0)
    throw new UsageError(
      `${nameOf('duration')} takes a time above 0; got ${JSON.stringify(flags.duration)}.`,
    );
  const count = (text: string, name: string, max: number) =>
    parseNumber(text, name, { min: 1, max, integer: true });
  // Flags override the file: one that says what the callers say replaces its scenario.
  const says = flags.wav !== undefined ? '--wav' : flags.silence ? '--silence' : undefined;
  const scenario = flags.scenario ?? (says === undefined ? file?.scenario : undefined);
  if (scenario !== undefined && says !== undefined)
    throw new UsageError(`--scenario and ${says} cannot be used together; remove one of them.`);
  if (flags.silence && flags.wav !== undefined)
    throw new UsageError('--silence and --wav cannot be used together; remove one of them.');
  if (flags.tts !== undefined && scenario === undefined)
    throw new UsageError(
      `${nameOf('tts')} needs --scenario, whose texts it speaks; add it, or remove ${file?.flags['tts'] === flags.tts ? 'tts' : '--tts'}.`,
    );
  for (const path of flags.wav ?? []) checkWav(path, console);
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
              : (flags.wav ?? (file && file.wavs.length > 0 ? file.wavs : defaultPhrases())),
            talk: flags.talk === 'over' ? 'over' : 'turns',
            turnGapMs: parseTime(flags.turnGap, nameOf('turn-gap')),
            patienceMs: parseTime(flags.patience, nameOf('patience')),
            bargeInAfterMs: time(flags.bargeInAfter, nameOf('barge-in-after')),
          }
        : { scenario, ...(flags.tts === undefined ? {} : { tts: flags.tts }) },
    rate: parseNumber(flags.rate, nameOf('rate'), { min: 0.001, max: 10_000 }),
    rampMs: parseTime(flags.ramp, nameOf('ramp')),
    calls: flags.calls === undefined ? undefined : count(flags.calls, nameOf('calls'), 10_000_000),
    durationMs,
    holdMs: parseTime(flags.hold, nameOf('hold')),
    processes: count(flags.processes, nameOf('processes'), 256),
    frameMs: parseNumber(flags.frameMs, nameOf('frame-ms'), { min: 20, max: 1000, integer: true }),
    limits: flags.limits === 'off' ? 'off' : 'genesys',
    maxLateMs: parseTime(flags.maxLate, nameOf('max-late')),
  };
}

/** Reads a file of `--wav` before the calls begin. @throws UsageError if it cannot be played */
function checkWav(path: string, console: Console): void {
  let warning: string | undefined;
  try {
    warning = wavWarning(readFileSync(path));
  } catch (error) {
    throw new UsageError(`--wav: ${path} cannot be played: ${messageOf(error)}`);
  }
  if (warning !== undefined) console.note(`--wav: ${JSON.stringify(path)} ${warning}`);
}

/** The default speech of the callers. */
const defaultPhrases = () => (['hello', 'table'] as const).map((name) => fileURLToPath(phraseUrl(name)));

/** Without a terminal, one progress line in this number of seconds. */
const PROGRESS_LINE_SECONDS = 10;

/** Shows the progress of a load test: as JSON lines with `--json`, as a table on a terminal, otherwise as a line every 10 s. */
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
      if (seconds % PROGRESS_LINE_SECONDS === 0) console.note(progressLine(progress));
    },
    clear: () => console.live([]),
  };
}

/** Adds `hookline load merge A B`. */
function addMerge(load: Command, context: CliContext, exit: (code: number) => void): void {
  const command = load
    .command('merge')
    .argument('<files...>', 'files of load --out, from machines that ran at the same time')
    .description('combine several runs into one report');
  loadReportOptions(command);
  // Those of `load` are refused, or listed above.
  command.configureHelp({ showGlobalOptions: false });
  examples(command, [
    'hookline load merge pod-1.hdr.json pod-2.hdr.json',
    'hookline load merge *.hdr.json --threshold reply.p95=1500ms --html load.html',
    'hookline load merge *.hdr.json --out all.hdr.json --json',
  ]);
  command.action(async (files: readonly string[]) => {
    refuseFlagsOfCalls(load, command);
    const flags: LoadReportFlags = command.optsWithGlobals();
    const console = createConsole({ ...flags, ...context });
    const thresholds = (flags.threshold ?? []).map(parseThreshold);
    await checkReportFiles(
      writtenFiles(flags),
      files.map((path) => ({ option: 'the file', path })),
    );
    const runs = await Promise.all(files.map(async (path) => parseRun(await readText(path), path)));
    exit(finishLoad({ run: mergeRuns(runs), thresholds, interrupted: false }, flags, console));
  });
}

/** Commander accepts the flags of `load` also after `merge`, where they would be ignored. */
function refuseFlagsOfCalls(load: Command, merge: Command): void {
  const own = new Set(merge.options.map((option) => option.attributeName()));
  const foreign = load.options
    .filter((option) => load.getOptionValueSource(option.attributeName()) === 'cli')
    .find((option) => !own.has(option.attributeName()));
  if (foreign === undefined) return;
  throw new UsageError(
    `${foreign.long} cannot be used with load merge, which combines files and makes no calls; remove ${foreign.long}.`,
  );
}

function writtenFiles({ out, html }: LoadReportFlags): readonly OptionPath[] {
  return [
    ...(out === undefined ? [] : [{ option: '--out', path: out }]),
    ...(html === undefined ? [] : [{ option: '--html', path: html }]),
  ];
}

/** The files that a load test reads, those that its load file names included. */
function filesRead(
  path: string | undefined,
  file: LoadFile | undefined,
  flags: LoadFlags,
): readonly OptionPath[] {
  const named = (option: string, paths: readonly (string | undefined)[]) =>
    paths.flatMap((one) => (one === undefined ? [] : [{ option, path: one }]));
  return [
    ...named('the load file', [path]),
    ...named('wav of the load file', file?.wavs ?? []),
    ...named('scenario of the load file', [file?.scenario]),
    ...named('--scenario', [flags.scenario]),
    ...inputFiles(flags),
  ];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}.`);
  }
}

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CallResult } from '@hookline/client';
import { isHooklineError, messageOf } from '@hookline/runtime';
import {
  type ReportedScenario,
  type RunReport,
  renderGithub,
  renderJunit,
  renderNdjson,
  renderSpec,
  type Scenario,
  type SpecOptions,
  specLines,
  specSummary,
} from '@hookline/scenario';
import { openTrace } from '@hookline/trace/node';
import { type Command, Option } from 'commander';
import { exitCodeOfCause } from '../cause-exit-codes.js';
import { checkReportFiles, checkTraceFolder, inputFiles } from '../check-artifacts.js';
import { applyProfile } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { secretsOf } from '../options/credentials.js';
import { type IntegrationFlags, integrationOf } from '../options/integration.js';
import { parseInputs, parseNumber } from '../options/parse.js';
import { parseReporters, type Reporter, reporterFiles, writeReport } from '../options/reporters.js';
import { parseTarget } from '../options/target.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { showProgress } from '../output/progress.js';
import { escapeControls, escapeMessage, pluralize } from '../output/text.js';
import { readRecordedCall } from '../replay/recorded-call.js';
import { exportScenario } from '../run/export-scenario.js';
import { findScenarioFiles, selectScenarios } from '../run/find-files.js';
import { runAll } from '../run/run-all.js';
import { type StartedServer, startServer } from '../start-server.js';
import { withTraceUsageErrors } from '../trace-view/read-trace.js';
import { addFileProblems, type Verdict } from '../verdict.js';
import { connectionOptions, examples, identityOptions, outputOptions, repeatable } from './option-groups.js';

interface RunFlags extends IntegrationFlags {
  readonly target?: string;
  readonly profile?: string;
  /** Set by a profile, with the fields that follow. */
  readonly baseUri?: string;
  readonly connectorId?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
  readonly input?: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly start?: string;
  readonly parallel: string;
  readonly tag?: readonly string[];
  readonly skipTag?: readonly string[];
  readonly tts?: string;
  readonly list?: boolean;
  readonly export?: string;
  readonly reporter?: readonly string[];
  readonly trace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Maximum number of calls at a time. */
const MAX_PARALLEL = 500;

/** Hidden options, which a profile sets. */
const PROFILE_ONLY_OPTIONS = ['base-uri', 'connector-id', 'ani', 'ani-name', 'dnis', 'language'];

/** `hookline run FILE...`: makes the calls of scenario files. */
export const runVerb: Verb = (program, context, exit) => {
  const command = program
    .command('run')
    .argument('[file...]', 'scenario files, or folders that contain *.call.yaml files')
    .option('--target <url>', 'base connection URI, to which the connectorId of each scenario is appended')
    .option('--profile <name>', 'use this profile of hookline.config for options that are not given');
  for (const name of PROFILE_ONLY_OPTIONS) command.addOption(new Option(`--${name} <value>`).hideHelp());
  outputOptions(connectionOptions(identityOptions(command)));
  repeatable(command, '--input <name=value>', 'input variable for scenarios that do not set it (repeatable)');
  command
    .option('--start <command>', 'start the server with this command, wait for its port, stop it at the end')
    .option('--parallel <n>', 'number of concurrent calls', '4')
    .option('--tts <command>', 'program that synthesizes say: { text }, such as "espeak-ng -w {out} {text}"')
    .option('--list', 'only list the scenarios')
    .option('--export <trace>', 'create a scenario file from a recorded call, with the audio of its caller')
    .option(
      '--trace <dir>',
      'folder for the traces of all calls; "off" stores none; default: traces of failed calls in .hookline',
    );
  repeatable(command, '--tag <tag>', 'run only scenarios with this tag (repeatable)');
  repeatable(command, '--skip-tag <tag>', 'skip scenarios with this tag (repeatable)');
  repeatable(
    command,
    '--reporter <name>',
    'spec, json, junit or github; =FILE writes to a file (repeatable)',
  );
  examples(command, [
    'hookline run calls/ --target ws://localhost:8080',
    "hookline run book.call.yaml --target ws://localhost:8080 --start 'node bot.js' --reporter junit=calls.xml",
    'hookline run calls/ --profile staging --tag smoke --parallel 20',
  ]);
  command.hook('preAction', () => applyRunProfile(command, context));
  command.action(async (files: readonly string[], flags: RunFlags) => {
    const console = createConsole({ ...flags, ...context });
    exit(await run(files, flags, context, console));
  });
};

/** Applies `--profile`. @throws UsageError if the profile and `--target` both name a target */
async function applyRunProfile(command: Command, context: CliContext): Promise<void> {
  const { profile, target } = command.opts<RunFlags>();
  if (profile === undefined) return;
  await applyProfile(command, profile, context);
  if (target === undefined || command.opts<RunFlags>().baseUri === undefined) return;
  throw new UsageError(
    `--target ${target} and --profile ${JSON.stringify(profile)} cannot be used together, because both name the target; remove one of them.`,
  );
}

async function run(
  paths: readonly string[],
  flags: RunFlags,
  context: CliContext,
  console: Console,
): Promise<number> {
  if (flags.export !== undefined) return exportTrace(flags.export, paths, console);
  if (paths.length === 0)
    throw new UsageError('No scenario: pass scenario files, or folders that contain *.call.yaml files.');
  const reporters = parseReporters(flags.reporter ?? [], flags.json === true);
  const parallel = parseNumber(flags.parallel, '--parallel', { min: 1, max: MAX_PARALLEL, integer: true });
  const files = await findScenarioFiles(paths);
  const scenarios = await selectScenarios(files, flags);
  if (flags.list) {
    for (const { name, file, place, tags } of scenarios) {
      if (flags.json) console.json({ type: 'listed', name, file, line: place.line, tags });
      else {
        const tagged = tags.length === 0 ? '' : `  [${tags.join(', ')}]`;
        console.out(escapeControls(`${file}:${place.line}  ${name}${tagged}`));
      }
    }
    return EXIT.success;
  }
  const { baseConnectionUri } = targetOf(flags);
  const integration = integrationOf(baseConnectionUri, flags, context, console);
  await checkReportFiles(reporterFiles(reporters), [
    ...files.map((path) => ({ option: 'the scenario file', path })),
    ...inputFiles(flags),
  ]);
  const keepAll = flags.trace !== undefined && flags.trace !== 'off';
  if (keepAll) await checkTraceFolder(flags.trace);
  const spec: SpecOptions = {
    unicode: console.unicode,
    paint: (style, text) => paint(console, style, text),
  };
  const printsSpec = reporters.some(({ name, file }) => name === 'spec' && file === undefined);
  const abort = new AbortController();
  let server: StartedServer | undefined;
  let signals = 0;
  const release = context.onInterrupt(() => {
    signals += 1;
    abort.abort();
    if (signals > 1) void Promise.resolve(server?.stop()).finally(() => context.exitNow(EXIT.interrupted));
  });
  const startedMs = context.clock.now();
  let results: readonly ReportedScenario[];
  const incomplete = new Set<Scenario>();
  let finished = 0;
  const stopProgress = showProgress(console, context.clock, () => [
    `${finished} of ${pluralize(scenarios.length, 'scenario')} finished`,
  ]);
  try {
    if (flags.start !== undefined) {
      await startServer(flags.start, baseConnectionUri, context, abort.signal, (spawned) => {
        server = spawned;
      });
    }
    results = await runAll({
      scenarios,
      integration,
      baseConnectionUri,
      action: actionOf(flags),
      parallel,
      traces: flags.trace === 'off' ? undefined : (flags.trace ?? '.hookline'),
      keepAll,
      secrets: secretsOf(flags, context.env),
      signal: server ? AbortSignal.any([abort.signal, server.lost]) : abort.signal,
      console,
      context,
      onResult: (result) => {
        finished += 1;
        if (printsSpec) for (const line of specLines(result, spec)) console.out(line);
      },
      onIncompleteTrace: (scenario) => incomplete.add(scenario),
    });
    server?.lost.throwIfAborted();
  } catch (error) {
    if (!isHooklineError(error) || error.code !== 'CLI_START') throw error;
    return fail(console, flags, EXIT.unreachable, messageOf(error));
  } finally {
    stopProgress();
    await server?.stop();
    release();
  }
  const report: RunReport = { results, durationMs: context.clock.now() - startedMs };
  const problems = [...writeReports(report, reporters, console)];
  if (keepAll && incomplete.size > 0) {
    const count = pluralize(incomplete.size, 'trace');
    problems.push(`--trace ${JSON.stringify(flags.trace)}: ${count} could not be written completely`);
  }
  const left = pluralize(scenarios.length - results.length, 'scenario');
  const verdict = abort.signal.aborted
    ? { code: EXIT.interrupted, message: `interrupted; ${left} not run` }
    : verdictOf(report);
  const { code, message } = addFileProblems(verdict, problems);
  return code === EXIT.success ? code : fail(console, flags, code, message);
}

/** Writes a recorded call as a scenario file, and the audio of its caller next to it. Never overwrites a file. */
async function exportTrace(path: string, files: readonly string[], console: Console): Promise<number> {
  const [file = 'recorded.call.yaml', ...more] = files;
  if (more.length > 0)
    throw new UsageError(`--export writes one file; got ${files.length}: ${files.join(', ')}.`);
  const trace = await withTraceUsageErrors(() => openTrace(path));
  const call = readRecordedCall(trace, JSON.stringify(path));
  const stem = basename(file).replace(/(\.call)?\.ya?ml$/, '');
  // The trace of a server has only the request target, not a complete URL.
  const { pathname } = new URL(trace.header.url, 'ws://localhost');
  const connectorId = pathname.split('/').at(-1) ?? '';
  const { text, audio } = exportScenario(trace, call, { name: stem, stem, connectorId });
  const written = [
    { file, bytes: text },
    ...audio.map((one) => ({ ...one, file: join(dirname(file), one.file) })),
  ];
  // All files or none: without its audio, a scenario cannot be run.
  for (const { file: to } of written) {
    if (!existsSync(to)) continue;
    throw new UsageError(
      `--export cannot write ${JSON.stringify(to)}: it exists already; choose another name, or remove that file.`,
    );
  }
  for (const { file: to, bytes } of written) {
    try {
      await writeFile(to, bytes, { flag: 'wx' });
    } catch (error) {
      throw new UsageError(`--export cannot write ${JSON.stringify(to)}: ${messageOf(error)}.`);
    }
    console.out(to);
  }
  return EXIT.success;
}

function targetOf(flags: RunFlags): { readonly baseConnectionUri: string } {
  const target = flags.target ?? flags.baseUri;
  if (target !== undefined) return parseTarget(target, {});
  throw new UsageError('No target: pass --target, such as ws://localhost:8080, or --profile NAME.');
}

/** Values of the profile and the flags, for scenarios that do not set them. */
function actionOf({ connectorId, ani, aniName, dnis, language, ...flags }: RunFlags) {
  const conversation = Object.fromEntries(
    Object.entries({ ani, aniName, dnis, language }).filter(([, value]) => value !== undefined),
  );
  return {
    ...(connectorId === undefined ? {} : { connectorId }),
    conversation,
    inputs: parseInputs(flags),
  };
}

/**
 * Writes the reports, and returns the problems. On stdout, `spec` has already printed the scenarios and prints only the
 * summary.
 */
function writeReports(
  report: RunReport,
  reporters: readonly Reporter[],
  console: Console,
): readonly string[] {
  return writeReport(reporters, console, (name, toFile) => {
    switch (name) {
      case 'json':
        return renderNdjson(report);
      case 'junit':
        return renderJunit(report);
      case 'github':
        return renderGithub(report);
      case 'spec':
        return toFile ? renderSpec(report) : specSummary(report);
    }
  });
}

function verdictOf(report: RunReport): Verdict {
  const code = exitCode(report.results);
  return { code, message: code === EXIT.success ? '' : reasonOf(report) };
}

/** The exit code of the failed calls if it is the same for all, such as for an unreachable server; otherwise 1. */
function exitCode(results: readonly ReportedScenario[]): number {
  const codes = new Set(results.flatMap((one) => (one.passed ? [] : [codeOf(one.result, one)])));
  const [only = EXIT.success] = codes;
  return codes.size > 1 ? EXIT.expectationFailed : only;
}

function codeOf(result: CallResult, { scenario }: ReportedScenario): number {
  // A call that could not be made is no failure that a scenario expects.
  const isUnexpected =
    result.path === 'failure' && (result.cause === 'invalid-action' || scenario.end.path !== 'failure');
  return isUnexpected ? exitCodeOfCause(result.cause) : EXIT.expectationFailed;
}

function reasonOf(report: RunReport): string {
  const failed = report.results.filter(({ passed }) => !passed);
  const names = failed.slice(0, 5).map(({ scenario }) => JSON.stringify(scenario.name));
  const more = failed.length > names.length ? ` and ${failed.length - names.length} more` : '';
  return `${failed.length} of ${pluralize(report.results.length, 'scenario')} failed: ${names.join(', ')}${more}`;
}

function fail(console: Console, { json }: RunFlags, code: number, message: string): number {
  console.err(json ? JSON.stringify({ error: { code, message } }) : `hookline: ${escapeMessage(message)}`);
  return code;
}

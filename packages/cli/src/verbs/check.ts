import { defineIntegration } from '@hookline/client';
import {
  CHECKS,
  type CheckReport,
  type CheckTarget,
  type ProfileFile,
  readProfile,
  renderGithub,
  renderJunit,
  renderNdjson,
  renderSpec,
  runChecks,
} from '@hookline/conformance';
import { joinConnectionUri } from '@hookline/protocol';
import { HooklineError, isHooklineError, messageOf } from '@hookline/runtime';
import { newTraceFolder } from '../artifacts.js';
import { checkReportFiles, checkTracesFolder, inputFiles } from '../check-artifacts.js';
import { applyProfile } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseCredentials } from '../options/credentials.js';
import { type IntegrationFlags, integrationOf, tlsOptions } from '../options/integration.js';
import { didYouMean, parseNumber } from '../options/parse.js';
import { parseReporters, type ReporterName, reporterFiles, writeReport } from '../options/reporters.js';
import { parseTarget, type TargetFlags } from '../options/target.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { createMasking } from '../output/masking.js';
import { showProgress } from '../output/progress.js';
import { escapeMessage, pluralize, wrapLabelled } from '../output/text.js';
import type { OptionPath } from '../same-file.js';
import { type StartedServer, startServer } from '../start-server.js';
import { addFileProblems, type Verdict } from '../verdict.js';
import {
  connectionOptions,
  examples,
  identityOptions,
  outputOptions,
  repeatable,
  targetOptions,
} from './option-groups.js';

interface CheckFlags extends IntegrationFlags, TargetFlags {
  readonly list?: boolean;
  readonly explain?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly profile?: string;
  readonly strict?: boolean;
  readonly allowInconclusive?: boolean;
  readonly start?: string;
  readonly parallel: string;
  readonly reporter?: readonly string[];
  readonly trace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline check URL`: checks a bot in any language against the rules of the protocol. */
export const checkVerb: Verb = (program, context, exit) => {
  const command = program
    .command('check')
    .argument('[url]', 'URL of the bot, such as ws://localhost:8080/book');
  outputOptions(connectionOptions(identityOptions(targetOptions(command))));
  command
    .option('--list', 'list the checks')
    .option('--explain <id>', 'explain a check')
    .option(
      '--profile <file|name>',
      'file that describes how to make the bot act, or a profile of hookline.config',
    )
    .option('--strict', 'also fail the bot for SHOULDs, and for rules from samples and third parties')
    .option('--allow-inconclusive', 'pass a bot although some rules of the platform could not be checked')
    .option('--start <command>', 'start the server with this command, wait for its port, stop it at the end')
    .option('--parallel <n>', 'number of scenarios that run at the same time', '4')
    .option('--trace <dir>', 'folder for the traces of calls with findings; "off" stores none');
  repeatable(
    command,
    '--only <ids>',
    'run only these checks: comma-separated ids, areas or scenarios (repeatable)',
  );
  repeatable(command, '--skip <ids>', 'skip these checks (repeatable)');
  repeatable(
    command,
    '--reporter <name>',
    'spec, json, junit or github; =FILE writes to a file (repeatable)',
  );
  examples(command, [
    'hookline check ws://localhost:8080/book',
    "hookline check ws://localhost:8080/book --start 'python3 bot.py' --reporter junit=check.xml",
    'hookline check --explain AC-MSG-3',
  ]);
  command.hook('preAction', async () => {
    const { profile } = command.opts<CheckFlags>();
    if (profile === undefined || isFile(profile)) return;
    await applyProfile(command, profile, context);
    // From here on the option is the check profile file of the profile, if it has one.
    command.setOptionValue('profile', command.getOptionValue('check'));
  });
  command.action(async (url: string | undefined, flags: CheckFlags) => {
    const console = createConsole({ ...flags, ...context });
    if (flags.list) list(console, flags.json === true);
    else if (flags.explain !== undefined) explain(flags.explain, console, flags.json === true);
    else exit(await check(url, flags, context, console));
  });
};

/** Whether the value of `--profile` is a file: it has a folder or one of these extensions. */
const isFile = (text: string) => /[\\/]|\.(json|[cm]?[jt]s)$/.test(text);

async function check(
  url: string | undefined,
  flags: CheckFlags,
  context: CliContext,
  console: Console,
): Promise<number> {
  const reporters = parseReporters(flags.reporter ?? [], flags.json === true);
  const parallel = parseNumber(flags.parallel, '--parallel', { min: 1, max: SCENARIOS.size, integer: true });
  const target = targetOf(url, flags, context, console);
  const profile = await profileOf(flags, context);
  await checkReportFiles(reporterFiles(reporters), filesRead(flags, profile));
  if (flags.trace !== undefined && flags.trace !== 'off') await checkTracesFolder(flags.trace, SCENARIOS);
  const running = new Set<string>();
  let finished = '';
  const stopProgress = showProgress(console, context.clock, () => [
    `${finished}${[...running].join(', ').slice(0, 60)}`,
  ]);
  let server: StartedServer | undefined;
  const abort = new AbortController();
  let signals = 0;
  const release = context.onInterrupt(() => {
    signals += 1;
    abort.abort();
    if (signals === 1) return;
    stopProgress();
    void Promise.resolve(server?.stop()).finally(() => context.exitNow(EXIT.interrupted));
  });
  let report: CheckReport;
  try {
    if (flags.start !== undefined) {
      await startServer(flags.start, target.url, context, abort.signal, (spawned) => {
        server = spawned;
      });
    }
    report = await runChecks({
      target,
      profile,
      only: listed(flags.only),
      skip: listed(flags.skip),
      strict: flags.strict === true,
      parallel,
      allowInconclusive: flags.allowInconclusive === true,
      clock: context.clock,
      signal: server ? AbortSignal.any([abort.signal, server.lost]) : abort.signal,
      ...(flags.trace === 'off' ? {} : { traceDir: flags.trace ?? newTraceFolder(context.clock.wall()) }),
      onProgress({ scenario, phase, done, total }) {
        if (phase === 'begin') running.add(scenario);
        else running.delete(scenario);
        finished = `${done}/${total} `;
      },
    });
    server?.lost.throwIfAborted();
  } catch (error) {
    if (!isHooklineError(error) || error.code !== 'CLI_START') throw error;
    return fail(console, flags, EXIT.unreachable, messageOf(error), createMasking().text(target.url));
  } finally {
    stopProgress();
    await server?.stop();
    release();
  }
  const unwritten = writeReport(reporters, console, (name, toFile) => render(name, report, console, toFile));
  const { code, message } = addFileProblems(verdictOf(report), unwritten);
  return code === EXIT.success ? code : fail(console, flags, code, message, report.url);
}

/** The folders of the traces of a check begin with these names. */
const SCENARIOS: ReadonlySet<string> = new Set(CHECKS.flatMap(({ scenarios }) => scenarios));

/** The files that a check reads. */
function filesRead(flags: CheckFlags, { triggers = {} }: ProfileFile): readonly OptionPath[] {
  const audio = Object.entries(triggers).flatMap(([name, { say }]) =>
    say === undefined ? [] : [{ option: `triggers.${name}.say of the profile`, path: say }],
  );
  const profile = flags.profile === undefined ? [] : [{ option: '--profile', path: flags.profile }];
  return [...profile, ...audio, ...inputFiles(flags)];
}

function render(name: ReporterName, report: CheckReport, console: Console, toFile: boolean): string {
  switch (name) {
    case 'json':
      return renderNdjson(report);
    case 'junit':
      return renderJunit(report);
    case 'github':
      return renderGithub(report);
    case 'spec':
      return renderSpec(report, {
        width: Math.max(60, Math.min(console.columns ?? 80, 120)),
        unicode: console.unicode,
        ...(toFile ? {} : { paint: (style, text) => paint(console, style, text) }),
      });
  }
}

function fail(console: Console, flags: CheckFlags, code: number, message: string, url: string): number {
  console.err(
    flags.json ? JSON.stringify({ error: { code, message, url } }) : `hookline: ${escapeMessage(message)}`,
  );
  return code;
}

function verdictOf(report: CheckReport): Verdict {
  const code = exitCode(report);
  if (code !== EXIT.success) return { code, message: reasonOf(report) };
  return addFileProblems({ code, message: '' }, (report.traceProblems ?? []).slice(0, 1));
}

function exitCode({ ok, problem, counts }: CheckReport): number {
  if (problem?.kind === 'stopped') return EXIT.interrupted;
  if (problem?.kind === 'unreachable') return EXIT.unreachable;
  if (problem?.kind === 'unauthorized') return EXIT.unauthorized;
  if (problem?.kind === 'behind' && counts.fail === 0) return EXIT.tooSlow;
  return ok ? EXIT.success : EXIT.expectationFailed;
}

function reasonOf({ problem, counts, findings, results, unseenAreas }: CheckReport): string {
  if (problem?.kind === 'stopped') return problem.message;
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  if (failed.length > 0) return `${pluralize(failed.length, 'check')} failed: ${failed.join(', ')}`;
  if (problem?.isTooParallel) return `${problem.message} (--parallel 1)`;
  if (problem) return problem.message;
  if (counts.blocked > 0)
    return `the first call was not opened (${findings[0]?.id ?? 'no finding'}), so ${pluralize(counts.blocked, 'check')} did not run`;
  const first = results.find(
    ({ id, outcome }) =>
      outcome === 'inconclusive' && unseenAreas.some((area) => id.startsWith(`AC-${area}-`)),
  );
  const need = first === undefined ? '' : ` (${first.id}: ${first.reason})`;
  const unseen = `no rule of the platform could be checked in ${unseenAreas.join(', ')}${need}`;
  return findings.length > 0
    ? `${unseen}, perhaps because of ${findings.map(({ id }) => id).join(', ')}; fix that first, then see --profile and --allow-inconclusive`
    : `${unseen}; see --profile and --allow-inconclusive`;
}

function targetOf(
  url: string | undefined,
  flags: CheckFlags,
  context: CliContext,
  console: Console,
): CheckTarget {
  const { baseConnectionUri, connectorId } = parseTarget(url, flags);
  const { ca: _file, ...others } = flags;
  // Validates the URL and the credentials. The file of certificates is read below.
  integrationOf(baseConnectionUri, others, context, { ...console, note: () => {} });
  const joined = joinConnectionUri(baseConnectionUri, connectorId);
  checkJoined(joined, flags);
  const credentials = parseCredentials(flags, context.env, console.note);
  const ca = tlsOptions(flags).tls?.ca;
  return {
    url: joined,
    baseUrl: baseConnectionUri,
    ...credentials,
    ...(flags.orgId === undefined ? {} : { organizationId: flags.orgId }),
    tls: { insecure: flags.insecure === true, ...(typeof ca === 'string' ? { ca } : {}) },
  };
}

/** Checks the URL of a base connection URI that is valid by itself: what is wrong is the Connector ID. */
function checkJoined(url: string, { allowWs }: CheckFlags): void {
  try {
    defineIntegration({ baseConnectionUri: url, apiKey: 'key', allowWs: allowWs === true });
  } catch (error) {
    if (!isHooklineError(error)) throw error;
    const message = error.message.replace(/^baseConnectionUri(?=: | is )/, 'connectorId');
    throw new HooklineError(error.code, message, { cause: error, isUsage: error.isUsage });
  }
}

/** The check profile. If it has no `auth`, a key without a secret means unsigned requests. */
async function profileOf(flags: CheckFlags, context: CliContext): Promise<ProfileFile> {
  const profile = flags.profile === undefined ? {} : await readProfile(flags.profile);
  if (profile.auth !== undefined) return profile;
  const { clientSecret } = parseCredentials(flags, context.env, () => {});
  if (clientSecret !== undefined) return { ...profile, auth: 'signed' };
  const keyed = flags.apiKey !== undefined || context.env['HOOKLINE_API_KEY'] !== undefined;
  return { ...profile, auth: keyed ? 'key-only' : 'none' };
}

const listed = (given: readonly string[] = []): string[] =>
  given
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter(Boolean);

function list(console: Console, json: boolean): void {
  for (const { id, clause, scenarios } of CHECKS) {
    const { level, basis, sentence } = clause;
    if (json) console.json({ id, level, basis, sentence, scenarios });
    else {
      const label = `${id.padEnd(13)} ${level.padEnd(6)} ${basis.padEnd(11)} `;
      for (const line of wrapLabelled(console, label, sentence)) console.out(line);
    }
  }
}

function explain(id: string, console: Console, json: boolean): void {
  const check = CHECKS.find((one) => one.id === id.toUpperCase());
  if (!check) {
    throw new UsageError(
      `Unknown check ${JSON.stringify(id)}${didYouMean(
        id.toUpperCase(),
        CHECKS.map((one) => one.id),
      )}; --list prints all checks.`,
    );
  }
  const { clause, scenarios, stimulus } = check;
  if (json) {
    console.json({ ...clause, scenarios, stimulus });
    return;
  }
  for (const [name, text] of [
    ['rule', `${clause.level}: ${clause.sentence}`],
    ['basis', `${clause.basis}: ${clause.source}`],
    ['effect', clause.effect],
    ['fix', clause.fix],
    ['scenarios', scenarios.join(', ')],
    ['stimulus', stimulus],
  ] as const) {
    for (const line of wrapLabelled(console, name.padEnd(10), text)) console.out(line);
  }
}

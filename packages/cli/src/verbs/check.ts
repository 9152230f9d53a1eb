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
import { isHooklineError, messageOf } from '@hookline/runtime';
import { newTraceFolder } from '../artifacts.js';
import { applyProfile } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseCredentials } from '../options/identity.js';
import { type IntegrationFlags, integrationOf, tlsOptions } from '../options/integration.js';
import { closest } from '../options/parse.js';
import { parseReporters, type ReporterName, writeReport } from '../options/reporters.js';
import { parseTarget, type TargetFlags } from '../options/target.js';
import { type Console, createConsole, paint } from '../output/console.js';
import { createMasking } from '../output/masked.js';
import { showProgress } from '../output/progress.js';
import { type StartedServer, startServer } from '../start-server.js';
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
  readonly reporter?: readonly string[];
  readonly trace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline check URL`: whether a bot in any language keeps the rules of the protocol. */
export const checkVerb: Verb = (program, context, exit) => {
  const command = program.command('check').argument('[url]', 'the bot, such as ws://localhost:8080/book');
  outputOptions(connectionOptions(identityOptions(targetOptions(command))));
  command
    .option('--list', 'list the checks')
    .option('--explain <id>', 'tell what a check is about')
    .option(
      '--profile <file|name>',
      'file that tells how to make the bot act, or a profile of hookline.config',
    )
    .option('--strict', 'let rules that rest on samples and third parties fail the bot')
    .option('--allow-inconclusive', 'pass although something of the platform was not seen')
    .option('--start <command>', 'start the server, wait for its port, and stop it afterwards')
    .option('--trace <dir>', 'where calls with findings are kept; "off" keeps none');
  repeatable(command, '--only <ids>', 'only these checks: ids, areas or scenarios, with commas (repeat)');
  repeatable(command, '--skip <ids>', 'not these checks (repeat)');
  repeatable(command, '--reporter <name>', 'spec, json, junit or github, with =FILE into a file (repeat)');
  examples(command, [
    'hookline check ws://localhost:8080/book',
    "hookline check ws://localhost:8080/book --start 'python3 bot.py' --reporter junit=check.xml",
    'hookline check --explain AC-MSG-3',
  ]);
  command.hook('preAction', async () => {
    const { profile } = command.opts<CheckFlags>();
    if (profile === undefined || isFile(profile)) return;
    await applyProfile(command, profile, context);
    // From here on it is the file, where the profile names one.
    command.setOptionValue('profile', command.getOptionValue('check'));
  });
  command.action(async (url: string | undefined, flags: CheckFlags) => {
    const console = createConsole({ ...flags, ...context });
    if (flags.list) list(console, flags.json === true);
    else if (flags.explain !== undefined) explain(flags.explain, console, flags.json === true);
    else exit(await check(url, flags, context, console));
  });
};

/** Whether `--profile` names a file: names of profiles have neither folders nor these endings. */
const isFile = (text: string) => /[\\/]|\.(json|[cm]?[jt]s)$/.test(text);

async function check(
  url: string | undefined,
  flags: CheckFlags,
  context: CliContext,
  console: Console,
): Promise<number> {
  const reporters = parseReporters(flags.reporter ?? [], flags.json === true);
  const target = targetOf(url, flags, context, console);
  const profile = await profileOf(flags, context);
  const running = new Set<string>();
  let finished = '';
  const stopProgress = showProgress(console, context.clock, () => [
    `${finished}${[...running].join(', ').slice(0, 60)}`,
  ]);
  let server: StartedServer | undefined;
  const abort = new AbortController();
  let asked = 0;
  const release = context.onInterrupt(() => {
    asked += 1;
    abort.abort();
    if (asked === 1) return;
    stopProgress();
    void Promise.resolve(server?.stop()).finally(() => context.exitNow(EXIT.interrupted));
  });
  let report: CheckReport;
  try {
    if (flags.start !== undefined) server = await startServer(flags.start, target.url, context, abort.signal);
    report = await runChecks({
      target,
      profile,
      only: listed(flags.only),
      skip: listed(flags.skip),
      strict: flags.strict === true,
      allowInconclusive: flags.allowInconclusive === true,
      clock: context.clock,
      signal: abort.signal,
      ...(flags.trace === 'off' ? {} : { traceDir: flags.trace ?? newTraceFolder(context.clock.wall()) }),
      onProgress({ scenario, phase, done, total }) {
        if (phase === 'begin') running.add(scenario);
        else running.delete(scenario);
        finished = `${done}/${total} `;
      },
    });
  } catch (error) {
    if (!isHooklineError(error) || error.code !== 'CLI_START') throw error;
    return fail(console, flags, EXIT.unreachable, messageOf(error), createMasking().text(target.url));
  } finally {
    stopProgress();
    await server?.stop();
    release();
  }
  writeReport(reporters, console, (name, toFile) => render(name, report, console, toFile));
  const code = exitCode(report);
  return code === EXIT.success ? code : fail(console, flags, code, reasonOf(report), report.url);
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
  console.err(flags.json ? JSON.stringify({ error: { code, message, url } }) : `hookline: ${message}`);
  return code;
}

function exitCode({ ok, problem, counts }: CheckReport): number {
  if (problem?.kind === 'stopped') return EXIT.interrupted;
  if (problem?.kind === 'unreachable') return EXIT.unreachable;
  if (problem?.kind === 'unauthorized') return EXIT.unauthorized;
  if (problem?.kind === 'behind' && counts.fail === 0) return EXIT.behind;
  return ok ? EXIT.success : EXIT.expectationFailed;
}

function reasonOf({ problem, counts, findings, unseenAreas }: CheckReport): string {
  if (problem?.kind === 'stopped') return problem.message;
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  if (failed.length > 0) return `${failed.length} of the checks failed: ${failed.join(', ')}`;
  if (problem) return problem.message;
  if (counts.blocked > 0)
    return `the first call was not opened (${findings[0]?.id ?? 'no reason'}); ${counts.blocked} checks were not made`;
  return `nothing of the platform was seen of ${unseenAreas.join(', ')}; see --profile and --allow-inconclusive`;
}

function targetOf(
  url: string | undefined,
  flags: CheckFlags,
  context: CliContext,
  console: Console,
): CheckTarget {
  const { baseConnectionUri, connectorId } = parseTarget(url, flags);
  // For its checks of URL and credentials: what the platform would not dial is no bot to check.
  integrationOf(baseConnectionUri, flags, context, { ...console, note: () => {} });
  const credentials = parseCredentials(flags, context.env, console.note);
  const { tls } = tlsOptions(flags);
  const ca = tls?.ca;
  return {
    url: joinConnectionUri(baseConnectionUri, connectorId),
    baseUrl: baseConnectionUri,
    ...credentials,
    ...(flags.orgId === undefined ? {} : { organizationId: flags.orgId }),
    tls: { insecure: flags.insecure === true, ...(typeof ca === 'string' ? { ca } : {}) },
  };
}

/** Where the profile is silent on `auth`: a key that was given alone is checked as one that is not signed. */
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
    else console.out(`${id.padEnd(13)} ${level.padEnd(6)} ${basis.padEnd(11)} ${sentence}`);
  }
}

function explain(id: string, console: Console, json: boolean): void {
  const check = CHECKS.find((one) => one.id === id.toUpperCase());
  if (!check) {
    throw new UsageError(
      `There is no check ${JSON.stringify(id)}${closest(
        id,
        CHECKS.map((one) => one.id.toLowerCase()),
      )}; see --list.`,
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
    ['shown by', scenarios.join(', ')],
    ['takes', stimulus],
  ] as const) {
    console.out(`${name.padEnd(10)}${text}`);
  }
}

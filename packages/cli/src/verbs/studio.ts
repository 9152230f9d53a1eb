import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isHooklineError, messageOf } from '@hookline/runtime';
import { type Launch, type Studio, startStudio } from '@hookline/studio';
import { profileOption } from '../config/apply-profile.js';
import type { CliContext, Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { parseCredentials } from '../options/credentials.js';
import { type IntegrationFlags, integrationOf, tlsOptions } from '../options/integration.js';
import { parseNumber } from '../options/parse.js';
import { parseTarget, type TargetFlags } from '../options/target.js';
import { type Console, createConsole } from '../output/console.js';
import {
  connectionOptions,
  examples,
  identityOptions,
  outputOptions,
  targetOptions,
} from './option-groups.js';

interface StudioFlags extends IntegrationFlags, TargetFlags {
  readonly port: string;
  readonly open: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline studio`: serves a local page to make and inspect calls. */
export const studioVerb: Verb = (program, context, exit) => {
  const command = program
    .command('studio')
    .argument('[url|trace]', 'URL of the bot, or a trace to open: its folder, or a .zip of it')
    .option('--port <n>', 'port of the page on 127.0.0.1; 0 selects a free port', '0')
    .option('--no-open', 'do not open a browser');
  outputOptions(connectionOptions(identityOptions(targetOptions(command))));
  profileOption(command, context);
  examples(command, [
    'hookline studio',
    'hookline studio ws://localhost:8080/book',
    'hookline studio .hookline/2026-11-22-1150-3f --no-open',
  ]);
  command.action(async (given: string | undefined, flags: StudioFlags) => {
    const console = createConsole({ ...flags, ...context });
    const port = parseNumber(flags.port, '--port', { min: 0, max: 65_535, integer: true });
    const trace = given !== undefined && !/^wss?:/i.test(given) ? existingTrace(given) : undefined;
    const launch = launchOf(trace === undefined ? given : undefined, flags, context, console);
    let studio: Studio;
    try {
      studio = await startStudio({
        port,
        launch,
        clock: context.clock,
        ...(trace === undefined ? {} : { trace }),
      });
    } catch (error) {
      if (!isHooklineError(error) || error.isUsage) throw error;
      exit(EXIT.internal);
      const message = messageOf(error);
      console.err(
        flags.json ? JSON.stringify({ error: { code: EXIT.internal, message } }) : `hookline: ${message}`,
      );
      return;
    }
    // Registered before the address is printed, because a program that reads it may stop the server immediately.
    const stopped = untilStopped(studio, context);
    const { url } = studio;
    if (flags.json) console.json({ type: 'listening', url });
    else {
      console.out(`studio at ${url}`);
      console.note(
        'The address contains a token that allows making calls; do not share it. Ctrl+C stops the studio.',
      );
    }
    if (flags.open && !flags.json && context.stdout.isTTY) openBrowser(url);
    await stopped;
  });
};

/** @throws UsageError if the file or folder does not exist */
function existingTrace(given: string): string {
  if (existsSync(given)) return given;
  throw new UsageError(
    `${JSON.stringify(given)} is neither a URL such as ws://localhost:8080/book nor an existing trace; pass one of them.`,
  );
}

/** The initial values of the form. @throws UsageError or HooklineError `CLIENT_BAD_ARGUMENT` */
function launchOf(
  url: string | undefined,
  flags: StudioFlags,
  context: CliContext,
  console: Console,
): Launch {
  const { apiKey, clientSecret } = parseCredentials(flags, context.env, console.note);
  const hasKey = flags.apiKey !== undefined || context.env['HOOKLINE_API_KEY'] !== undefined;
  const { tls } = tlsOptions(flags);
  const common: Launch = {
    ...(hasKey ? { apiKey } : {}),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(flags.orgId === undefined ? {} : { organizationId: flags.orgId }),
    ...(tls === undefined ? {} : { tls }),
    allowWs: flags.allowWs === true,
  };
  if (url === undefined && flags.baseUri === undefined && flags.connectorId === undefined) return common;
  const { baseConnectionUri, connectorId } = parseTarget(url, flags);
  // Validates the URL and the credentials before the page is opened.
  integrationOf(baseConnectionUri, flags, context, { ...console, note: () => {} });
  return { ...common, baseUri: baseConnectionUri, connectorId };
}

/** Resolves after SIGINT or SIGTERM when the studio has closed. A second signal exits immediately. */
function untilStopped(studio: Studio, context: CliContext): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const release = context.onInterrupt(() => {
      signals += 1;
      if (signals > 1) {
        context.exitNow(EXIT.interrupted);
        return;
      }
      void studio.close().then(() => {
        release();
        resolve();
      });
    });
  });
}

const OPEN_COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens the page in a browser. Errors are ignored, because the address has been printed. */
function openBrowser(url: string): void {
  const [program, ...before] = OPEN_COMMANDS[process.platform] ?? ['xdg-open'];
  let child: ChildProcess;
  try {
    child = spawn(program, [...before, url], { stdio: 'ignore', detached: true });
  } catch {
    return;
  }
  child.on('error', () => {});
  child.unref();
}

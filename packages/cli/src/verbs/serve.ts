import { BOT_PRESETS, botPreset } from '@hookline/bots';
import { FAULTS, type Fault, serveFault } from '@hookline/conformance';
import { isHooklineError, messageOf } from '@hookline/runtime';
import { type BotOptions, createBot, createRouter, type Listening } from '@hookline/server';
import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { didYouMean, parseNumber, parseTime } from '../options/parse.js';
import { serverAuth } from '../options/server-auth.js';
import { nonceUrl, openNonces, type SharedNonces } from '../options/shared-nonces.js';
import { suggestValues } from '../options/suggested-values.js';
import { type Console, createConsole } from '../output/console.js';
import { stderrLogger } from '../output/logger.js';
import { wrapLabelled } from '../output/text.js';
import { examples, outputOptions } from './option-groups.js';

interface ServeFlags {
  readonly port: string;
  readonly host: string;
  readonly apiKey?: string;
  readonly clientSecret?: string;
  readonly auth: boolean;
  readonly nonces?: string;
  readonly drain: string;
  readonly list?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline serve PRESET`: serves a reference bot. */
export const serveVerb: Verb = (program, context, exit) => {
  const command = program
    .command('serve')
    .argument('[preset]', 'name of the bot; see --list')
    .option('--port <port>', 'port to listen on; 0 selects a free port', '8080')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--api-key <key>', 'API key that requests must have [HOOKLINE_API_KEY]')
    .option(
      '--client-secret <base64>',
      'client secret with which requests must be signed [HOOKLINE_CLIENT_SECRET]',
    )
    .option('--no-auth', 'accept all requests, without authentication')
    .option(
      '--nonces <url>',
      'Redis server that stores used nonces (redis://… or rediss://…), for several instances and across restarts [HOOKLINE_NONCES]',
    )
    .option('--drain <time>', 'how long running calls may continue after SIGTERM', '5s')
    .option('--list', 'list the bots, and for faulty ones the rule that each breaks')
    .option('-v, --verbose', 'log all levels on stderr, as JSON');
  outputOptions(command);
  profileOption(command, context);
  suggestValues(
    command,
    [...BOT_PRESETS, ...FAULTS].map(({ name }) => name),
  );
  examples(command, [
    'hookline serve parrot --no-auth',
    'hookline serve parrot --port 0 --json --api-key K --client-secret c2VjcmV0LXNlY3JldC0xMjM0',
    'hookline serve --list',
  ]);
  command.action(async (name: string | undefined, flags: ServeFlags) => {
    const console = createConsole({ ...flags, ...context });
    if (flags.list) {
      for (const { name, kind, about } of BOT_PRESETS) {
        if (flags.json) console.json({ name, kind, about });
        else printBot(console, name, kind, about);
      }
      for (const { name, breaks, about } of FAULTS) {
        if (flags.json) console.json({ name, kind: 'fault', breaks, about });
        else printBot(console, name, 'fault', `${breaks}: ${about}`);
      }
      return;
    }
    const names = BOT_PRESETS.map((preset) => preset.name);
    const fault = FAULTS.find((one) => one.name === name);
    if (fault) {
      await serveFaulty(fault, flags, context, exit, console);
      return;
    }
    if (name === undefined) throw new UsageError(`No bot: choose one of ${names.join(', ')}.`);
    const preset = botPreset(name);
    if (!preset) {
      throw new UsageError(
        `Unknown bot ${JSON.stringify(name)}${didYouMean(name, [...names, ...FAULTS.map((one) => one.name)])}; expected one of ${names.join(', ')}, or a faulty bot of --list.`,
      );
    }
    const drainMs = parseTime(flags.drain, '--drain');
    const port = parseNumber(flags.port, '--port', { min: 0, max: 65_535, integer: true });
    const auth = serverAuth(flags, context.env, console.note);
    const redis = nonceUrl(flags.nonces, context.env, auth);
    const reportAndExit = (code: number, error: unknown) => {
      exit(code);
      reportFailure(console, flags, code, error);
    };
    let nonces: SharedNonces | undefined;
    try {
      nonces = redis && (await openNonces(redis, context.clock));
    } catch (error) {
      reportAndExit(EXIT.unreachable, error);
      return;
    }
    const options: BotOptions = {
      auth,
      clock: context.clock,
      logger: stderrLogger(console, flags.verbose === true),
      ...(nonces ? { nonces: nonces.store } : {}),
    };
    // The router also answers connection probes, which use the base path.
    const router = createRouter().bot(preset.name, preset.create({ clock: context.clock }));
    const bot = createBot(options, router);
    let listening: Listening;
    try {
      listening = await bot.listen(port, { host: flags.host });
    } catch (error) {
      nonces?.close();
      if (isHooklineError(error) && error.isUsage) throw error;
      reportAndExit(EXIT.internal, error);
      return;
    }
    // Registered before the address is printed, because a program that reads it may stop the server immediately.
    const stopped = untilStopped(context, () => bot.drain({ timeoutMs: drainTimeoutMs(drainMs) }));
    const url = `${listening.url}/${preset.name}`;
    if (flags.json) console.json({ type: 'listening', url, baseUrl: listening.url, preset: preset.name });
    else {
      const credentials = flags.auth ? ' --api-key … --client-secret …' : '';
      console.out(`${preset.name} listens at ${url}: ${preset.about}`);
      console.note(`call it:  hookline call ${url} --ladder${credentials}`);
      console.note(`probe it: hookline probe ${listening.url}${credentials}`);
    }
    await stopped;
    await listening.close();
    nonces?.close();
  });
};

/**
 * The time of `Bot.drain` in which calls may continue for `drainMs`: it ends them 2 s before its time is over, or at half of
 * it if it is shorter than 4 s.
 */
const drainTimeoutMs = (drainMs: number): number => drainMs + Math.min(drainMs, 2000);

/** Prints a line of `--list`. */
function printBot(console: Console, name: string, kind: string, text: string): void {
  for (const line of wrapLabelled(console, `${name.padEnd(30)} ${kind.padEnd(6)} `, text)) console.out(line);
}

/** Serves a bot that breaks one rule. It does not use `createBot`, which would follow the rule. */
async function serveFaulty(
  { name, breaks, about }: Fault,
  flags: ServeFlags,
  context: Parameters<Verb>[1],
  exit: Parameters<Verb>[2],
  console: Console,
): Promise<void> {
  if (flags.nonces !== undefined) {
    throw new UsageError(
      `--nonces cannot be used with the faulty bot ${name}, which stores no nonces; remove --nonces.`,
    );
  }
  const auth = serverAuth(flags, context.env, console.note);
  const [credentials] = auth === 'none' ? [] : Object.entries(auth);
  const port = parseNumber(flags.port, '--port', { min: 0, max: 65_535, integer: true });
  let bot: Awaited<ReturnType<typeof serveFault>>;
  try {
    bot = await serveFault(name, {
      port,
      host: flags.host,
      clock: context.clock,
      ...(credentials
        ? {
            auth: {
              apiKey: credentials[0],
              ...(typeof credentials[1] === 'string' ? { clientSecret: credentials[1] } : {}),
            },
          }
        : {}),
    });
  } catch (error) {
    if (isHooklineError(error) && error.isUsage) throw error;
    exit(EXIT.internal);
    reportFailure(console, flags, EXIT.internal, error);
    return;
  }
  const stopped = untilStopped(context, () => bot.close());
  if (flags.json) console.json({ type: 'listening', url: bot.url, preset: name, breaks });
  else console.out(`${name} listens at ${bot.url}: ${about} It breaks ${breaks}.`);
  await stopped;
}

/** Prints on stderr why the bot is not served. */
function reportFailure(console: Console, { json }: ServeFlags, code: number, error: unknown): void {
  const message = messageOf(error);
  console.err(json ? JSON.stringify({ error: { code, message } }) : `hookline: ${message}`);
}

/** Resolves after SIGINT or SIGTERM when `drain` has completed. A second signal exits immediately. */
function untilStopped(context: Parameters<Verb>[1], drain: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let wasStopped = false;
    const stop = context.onInterrupt(() => {
      if (wasStopped) {
        context.exitNow(EXIT.interrupted);
        return;
      }
      wasStopped = true;
      void drain().finally(() => {
        stop();
        resolve();
      });
    });
  });
}

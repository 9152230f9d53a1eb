import { BOT_PRESETS, botPreset } from '@hookline/bots';
import { FAULTS, type Fault, serveFault } from '@hookline/conformance';
import { messageOf } from '@hookline/runtime';
import { type BotOptions, createBot, createRouter, type Listening } from '@hookline/server';
import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { closest, parseNumber, parseTime } from '../options/parse.js';
import { serverAuth } from '../options/server-auth.js';
import { nonceUrl, openNonces, type SharedNonces } from '../options/shared-nonces.js';
import { suggestValues } from '../options/suggested-values.js';
import { type Console, createConsole } from '../output/console.js';
import { stderrLogger } from '../output/logger.js';
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

/** `hookline serve PRESET`: a reference bot on a port. */
export const serveVerb: Verb = (program, context, exit) => {
  const command = program
    .command('serve')
    .argument('[preset]', 'which bot; see --list')
    .option('--port <port>', 'port to listen on; 0 takes a free one', '8080')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--api-key <key>', 'API key that callers must send [HOOKLINE_API_KEY]')
    .option(
      '--client-secret <base64>',
      'client secret that requests must be signed with [HOOKLINE_CLIENT_SECRET]',
    )
    .option('--no-auth', 'let everybody in')
    .option(
      '--nonces <url>',
      'Redis where used nonces are kept, redis://… or rediss://…: for several instances, and for restarts [HOOKLINE_NONCES]',
    )
    .option('--drain <time>', 'how long live calls may go on after SIGTERM', '5s')
    .option('--list', 'list the presets, the faulty ones with the clause that each breaks')
    .option('-v, --verbose', 'log everything on stderr, as JSON');
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
        else console.out(`${name.padEnd(30)} ${kind.padEnd(6)} ${about}`);
      }
      for (const { name, breaks, about } of FAULTS) {
        if (flags.json) console.json({ name, kind: 'fault', breaks, about });
        else console.out(`${name.padEnd(30)} fault  ${breaks}: ${about}`);
      }
      return;
    }
    const names = BOT_PRESETS.map((preset) => preset.name);
    const fault = FAULTS.find((one) => one.name === name);
    if (fault) {
      await serveFaulty(fault, flags, context, exit, console);
      return;
    }
    if (name === undefined) throw new UsageError(`Say which bot to serve: ${names.join(', ')}.`);
    const preset = botPreset(name);
    if (!preset) {
      throw new UsageError(
        `There is no preset ${JSON.stringify(name)}${closest(name, [...names, ...FAULTS.map((one) => one.name)])}. There are: ${names.join(', ')}, and the faulty ones of --list.`,
      );
    }
    const drainMs = parseTime(flags.drain, '--drain');
    const port = parseNumber(flags.port, '--port', { min: 0, max: 65_535, integer: true });
    const auth = serverAuth(flags, context.env, console.note);
    const redis = nonceUrl(flags.nonces, context.env, auth);
    const failed = (code: number, error: unknown) => {
      exit(code);
      reportFailure(console, flags, code, error);
    };
    let nonces: SharedNonces | undefined;
    try {
      nonces = redis && (await openNonces(redis));
    } catch (error) {
      failed(EXIT.unreachable, error);
      return;
    }
    const options: BotOptions = {
      auth,
      clock: context.clock,
      logger: stderrLogger(console, flags.verbose === true),
      ...(nonces ? { nonces: nonces.store } : {}),
    };
    // At the base path: that is where a connection probe comes.
    const router = createRouter().bot(preset.name, preset.create({ clock: context.clock }));
    const bot = createBot(options, router);
    let listening: Listening;
    try {
      listening = await bot.listen(port, { host: flags.host });
    } catch (error) {
      nonces?.close();
      failed(EXIT.internal, error);
      return;
    }
    // Before the address is printed: a program that reads it may stop the server at once.
    const stopped = interrupted(context, () => bot.drain({ timeoutMs: drainMs }));
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

/** Serves a bot that breaks one rule: on the raw wire, so that nothing keeps it from it. */
async function serveFaulty(
  { name, breaks, about }: Fault,
  flags: ServeFlags,
  context: Parameters<Verb>[1],
  exit: Parameters<Verb>[2],
  console: Console,
): Promise<void> {
  if (flags.nonces !== undefined) {
    throw new UsageError(`--nonces is for the bots that keep the rules; ${name} remembers no nonces.`);
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
    exit(EXIT.internal);
    reportFailure(console, flags, EXIT.internal, error);
    return;
  }
  const stopped = interrupted(context, () => bot.close());
  if (flags.json) console.json({ type: 'listening', url: bot.url, preset: name, breaks });
  else console.out(`${name} listens at ${bot.url}: ${about} It breaks ${breaks}.`);
  await stopped;
}

/** Says on stderr why nothing is served. */
function reportFailure(console: Console, { json }: ServeFlags, code: number, error: unknown): void {
  const message = messageOf(error);
  console.err(json ? JSON.stringify({ error: { code, message } }) : `hookline: ${message}`);
}

/** Resolves when the process was asked to stop and `drain` is through; asked twice, it ends at once. */
function interrupted(context: Parameters<Verb>[1], drain: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = context.onInterrupt(() => {
      if (asked) {
        context.exitNow(EXIT.interrupted);
        return;
      }
      asked = true;
      void drain().finally(() => {
        stop();
        resolve();
      });
    });
  });
}

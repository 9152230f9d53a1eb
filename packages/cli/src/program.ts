import { isHooklineError, messageOf } from '@hookline/runtime';
import { Command, CommanderError } from 'commander';
import { type CliContext, type Verb, version } from './context.js';
import { EXIT, UsageError } from './exit-codes.js';
import { closest } from './options/parse.js';
import { calibrateVerb } from './verbs/calibrate.js';
import { callVerb } from './verbs/call.js';
import { checkVerb } from './verbs/check.js';
import { demoVerb } from './verbs/demo.js';
import { explainVerb } from './verbs/explain.js';
import { inspectVerb } from './verbs/inspect.js';
import { probeVerb } from './verbs/probe.js';
import { schemaVerb } from './verbs/schema.js';
import { serveVerb } from './verbs/serve.js';
import { showVerb } from './verbs/show.js';
import { signVerb } from './verbs/sign.js';

const VERBS: readonly Verb[] = [
  demoVerb,
  callVerb,
  serveVerb,
  checkVerb,
  probeVerb,
  showVerb,
  inspectVerb,
  calibrateVerb,
  explainVerb,
  signVerb,
  schemaVerb,
];

/** Runs the command with the words behind its name and returns the exit code. Never throws. */
export async function runCommand(words: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.success;
  const program = new Command('hookline')
    .description(
      'Genesys Cloud Audio Connector on your own desk: call your bot, serve one, see and hear what happens.',
    )
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hookline: ')),
    });
  for (const verb of VERBS) {
    verb(program, context, (given) => {
      code = given;
    });
  }
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    refuseHelpOnNothing(words, program);
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    if (error instanceof UsageError || isInvalidArgument(error)) {
      context.stderr.write(`hookline: ${messageOf(error)}\n`);
      return EXIT.usage;
    }
    context.stderr.write(
      `hookline: internal error: ${error instanceof Error ? error.stack : messageOf(error)}\n`,
    );
    return EXIT.internal;
  }
}

/** `help` with a typo must not answer with the help of everything. */
function refuseHelpOnNothing([first, verb]: readonly string[], program: Command): void {
  if (first !== 'help' || verb === undefined) return;
  const verbs = ['help', ...program.commands.map((command) => command.name())];
  if (verbs.includes(verb) || verb.startsWith('-')) return;
  throw new UsageError(`There is no verb ${JSON.stringify(verb)}${closest(verb, verbs)}.`);
}

/** What the packages throw at construction is a value that the user gave. */
const USAGE_CODES: ReadonlySet<string> = new Set(['SECRET_INVALID', 'BASE_URI_HAS_QUERY']);

function isInvalidArgument(error: unknown): boolean {
  if (!isHooklineError(error)) return false;
  return error.isUsage || USAGE_CODES.has(error.code) || error.code.startsWith('BAD_');
}

import { isHooklineError, messageOf } from '@hookline/runtime';
import { Command, CommanderError } from 'commander';
import { EXIT } from './exit-codes.js';
import { closest } from './options/closest.js';
import type { Run } from './run.js';
import { UsageError } from './usage-error.js';
import { callVerb } from './verbs/call.js';
import { checkVerb } from './verbs/check.js';
import { demoVerb } from './verbs/demo.js';
import { probeVerb } from './verbs/probe.js';
import { schemaVerb } from './verbs/schema.js';
import { serveVerb } from './verbs/serve.js';
import { signVerb } from './verbs/sign.js';
import { version } from './version.js';

/** A verb of the command: adds itself to the program and reports the exit code of its run. */
export type Verb = (program: Command, run: Run, exit: (code: number) => void) => void;

const VERBS: readonly Verb[] = [demoVerb, callVerb, serveVerb, checkVerb, probeVerb, signVerb, schemaVerb];

/** Runs the command with the words behind its name and returns the exit code. Never throws. */
export async function runCommand(words: readonly string[], run: Run): Promise<number> {
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
      writeOut: (text) => run.stdout.write(text),
      writeErr: (text) => run.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hookline: ')),
    });
  for (const verb of VERBS) {
    verb(program, run, (given) => {
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
      run.stderr.write(`hookline: ${messageOf(error)}\n`);
      return EXIT.usage;
    }
    run.stderr.write(
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
const USAGE_CODES: ReadonlySet<string> = new Set([
  'invalid-argument',
  'invalid-secret',
  'BASE_URI_HAS_QUERY',
]);

function isInvalidArgument(error: unknown): boolean {
  if (!isHooklineError(error)) return false;
  return USAGE_CODES.has(error.code) || error.code.startsWith('BAD_');
}

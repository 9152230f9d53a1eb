import { isHooklineError, messageOf } from '@hookline/runtime';
import { Command, CommanderError } from 'commander';
import { type CliContext, version } from './context.js';
import { EXIT, UsageError } from './exit-codes.js';
import { closest } from './options/parse.js';
import { VERBS } from './verbs/verbs.js';

/** Runs the command with the words behind its name and returns the exit code. Never throws. */
export async function runCommand(words: readonly string[], context: CliContext): Promise<number> {
  const help = await writtenHelp(words, helpWidth(context));
  if (help === undefined) return runVerb(words, context);
  context.stdout.write(help);
  return EXIT.success;
}

const HELP_COLUMNS = 80;

function helpWidth({ stdout }: CliContext): number {
  return stdout.isTTY && stdout.columns > 0 ? Math.min(HELP_COLUMNS, stdout.columns) : HELP_COLUMNS;
}

/**
 * The help of a verb as `npm run generate` wrote it, so that it is printed without loading the verb and all it needs;
 * undefined where other words were given, or the terminal is narrower than it is written for.
 */
async function writtenHelp(words: readonly string[], columns: number): Promise<string | undefined> {
  const [first = '', second = '', ...more] = words;
  const verb = first === 'help' ? second : ['--help', '-h'].includes(second) ? first : undefined;
  if (verb === undefined || more.length > 0 || columns < HELP_COLUMNS) return undefined;
  const { default: texts } = await import('./verbs/help.json', { with: { type: 'json' } });
  return Object.entries(texts).find(([name]) => name === verb)?.[1];
}

/** Does what `runCommand` does, by loading the verb in any case. */
export async function runVerb(words: readonly string[], context: CliContext): Promise<number> {
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
      getOutHelpWidth: () => helpWidth(context),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hookline: ')),
    });
  try {
    await addVerbs(program, wantedVerb(words), context, (given) => {
      code = given;
    });
    for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
    refuseHelpOnNothing(words, program);
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    if (isHooklineError(error) && error.isUsage) {
      context.stderr.write(`hookline: ${messageOf(error)}\n`);
      return EXIT.usage;
    }
    context.stderr.write(
      `hookline: internal error: ${error instanceof Error ? error.stack : messageOf(error)}\n`,
    );
    return EXIT.internal;
  }
}

/** The verb that the words are for: its module is the only one that is loaded. */
function wantedVerb(words: readonly string[]): string | undefined {
  const [first, ...rest] = words.filter((word) => !word.startsWith('-'));
  return first === 'help' ? rest[0] : first;
}

/** Adds every verb to the program: the wanted one with its options, of the others what the list of verbs shows. */
async function addVerbs(
  program: Command,
  wanted: string | undefined,
  context: CliContext,
  exit: (code: number) => void,
): Promise<void> {
  for (const { name, args, about, load } of VERBS) {
    if (name === wanted) {
      const verb = await load();
      verb(program, context, exit);
      program.commands.at(-1)?.description(about);
    } else {
      const listed = program.command(name).description(about);
      if (args !== '') listed.arguments(args);
    }
  }
}

/** `help` with a typo must not answer with the help of everything. */
function refuseHelpOnNothing([first, verb]: readonly string[], program: Command): void {
  if (first !== 'help' || verb === undefined) return;
  const verbs = ['help', ...program.commands.map((command) => command.name())];
  if (verbs.includes(verb) || verb.startsWith('-')) return;
  throw new UsageError(`There is no verb ${JSON.stringify(verb)}${closest(verb, verbs)}.`);
}

import { Command, type Option } from 'commander';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import { suggestedValues, suggestValues } from '../options/suggested-values.js';
import { type CompletedVerb, completionScript, isShell, SHELLS } from '../output/completion-script.js';
import { createConsole } from '../output/console.js';
import { examples } from './option-groups.js';
import type { VerbEntry } from './verbs.js';

/** Commander adds this option, so it is not in the list of options. */
const HELP_OPTION = {
  flag: '--help',
  description: 'print this help',
  takesValue: false,
  values: [],
} as const;

interface CompletionFlags {
  readonly color: boolean;
}

/** `hookline completion SHELL`: prints a script that completes verbs, options and values. */
export const completionVerb =
  (entries: readonly VerbEntry[]): Verb =>
  (program, context) => {
    const command = program.command('completion').argument('<shell>', SHELLS.join(', '));
    suggestValues(command, SHELLS);
    examples(command, [
      'source <(hookline completion bash)',
      'hookline completion zsh > ~/.zsh/completions/_hookline',
      'hookline completion fish > ~/.config/fish/completions/hookline.fish',
    ]);
    command.action(async (shell: string, flags: CompletionFlags) => {
      if (!isShell(shell)) {
        throw new UsageError(
          `Unknown shell ${JSON.stringify(shell)}${didYouMean(shell, SHELLS)}; expected one of ${SHELLS.join(', ')}.`,
        );
      }
      const all = new Command();
      for (const { load } of entries) (await load())(all, context, () => {});
      const descriptions = new Map(entries.map((verb) => [verb.name, verb.description]));
      const verbs = all.commands.map(
        (verb): CompletedVerb => ({
          name: verb.name(),
          description: descriptions.get(verb.name()) ?? '',
          options: [...verb.options.filter(({ hidden }) => !hidden).map(completedOption), HELP_OPTION],
          values: verb.registeredArguments.flatMap(suggestedValues),
        }),
      );
      createConsole({ ...flags, ...context }).out(completionScript(shell, verbs).trimEnd());
    });
  };

function completedOption(option: Option): CompletedVerb['options'][number] {
  return {
    flag: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required,
    values: suggestedValues(option),
  };
}

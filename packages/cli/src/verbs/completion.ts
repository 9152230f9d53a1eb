import { Command, type Option } from 'commander';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { closest } from '../options/parse.js';
import { suggestedValues, suggestValues } from '../options/suggested-values.js';
import { type CompletedVerb, completionScript, isShell, SHELLS } from '../output/completion-script.js';
import { createConsole } from '../output/console.js';
import { examples } from './option-groups.js';
import type { VerbEntry } from './verbs.js';

/** Commander's own, which is none of the options of a verb. */
const HELP = { flag: '--help', about: 'tell how it is used', takesValue: false, values: [] } as const;

interface CompletionFlags {
  readonly color: boolean;
}

/** `hookline completion SHELL`: a script that completes these verbs, their options and the values of those. */
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
          `There is no completion for ${JSON.stringify(shell)}${closest(shell, SHELLS)}. There are: ${SHELLS.join(', ')}.`,
        );
      }
      const all = new Command();
      for (const { load } of entries) (await load())(all, context, () => {});
      const about = new Map(entries.map((verb) => [verb.name, verb.about]));
      const verbs = all.commands.map(
        (verb): CompletedVerb => ({
          name: verb.name(),
          about: about.get(verb.name()) ?? '',
          options: [...verb.options.filter(({ hidden }) => !hidden).map(completedOption), HELP],
          values: verb.registeredArguments.flatMap(suggestedValues),
        }),
      );
      createConsole({ ...flags, ...context }).out(completionScript(shell, verbs).trimEnd());
    });
  };

function completedOption(option: Option): CompletedVerb['options'][number] {
  return {
    flag: option.long ?? option.flags,
    about: option.description,
    takesValue: option.required,
    values: suggestedValues(option),
  };
}

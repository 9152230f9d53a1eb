import type { Command } from 'commander';

/** Ends the help of a verb with commands to copy. */
export function examples(command: Command, lines: readonly [string, string, string]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

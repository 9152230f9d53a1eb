import type { Argument, Command, Option } from 'commander';

const suggestions = new WeakMap<Argument | Option, readonly string[]>();

/** Sets the values that shell completion offers for the first argument of a verb. They do not limit what the verb accepts. */
export function suggestValues(command: Command, values: readonly string[]): Command {
  const [first] = command.registeredArguments;
  if (first) suggestions.set(first, values);
  return command;
}

/** The values that shell completion offers for an option or argument; empty if any value is possible. */
export function suggestedValues(parameter: Argument | Option): readonly string[] {
  return parameter.argChoices ?? suggestions.get(parameter) ?? [];
}

import type { Argument, Command, Option } from 'commander';

const suggested = new WeakMap<Argument | Option, readonly string[]>();

/** Lets a shell complete the first argument of a verb with these; others are taken, or refused, by the verb itself. */
export function suggestValues(command: Command, values: readonly string[]): Command {
  const [first] = command.registeredArguments;
  if (first) suggested.set(first, values);
  return command;
}

/** What a shell completes an option or an argument with; empty for any value. */
export function suggestedValues(place: Argument | Option): readonly string[] {
  return place.argChoices ?? suggested.get(place) ?? [];
}

import { closestName } from './closest-name.js';
import { HooklineError } from './error.js';

/** Characters of a name that are shown. */
const SHOWN_CHARS = 40;

/**
 * The error text for an object of options from code without types: the first name
 * that is not known, and the one that was probably meant. Undefined when every name is known, and for what is no
 * plain object, whose other faults are found where its fields are read. Reads no field, and never throws.
 *
 * @param where - what the options belong to, put before the name: `'createBot: '`, `'createBot: timers: '`
 * @param known - the names that are known
 */
export function unknownOption(where: string, options: unknown, known: readonly string[]): string | undefined {
  const name = namesOf(options).find((given) => !known.includes(given));
  if (name === undefined) return undefined;
  const meant = closestName(name, known);
  const cure = meant === undefined ? `the options are ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  const shown = name.length > SHOWN_CHARS ? `${name.slice(0, SHOWN_CHARS)}…` : name;
  return `${where}unknown option \`${shown}\`; ${cure}`;
}

/** The names of an interface's fields: a table that lacks one does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses an option that nothing knows: without types a misspelt one would be left at its default.
 *
 * @param code - of the error
 * @throws HooklineError with `code` and the text of `unknownOption`
 */
export function checkOptionNames<Options>(
  code: string,
  where: string,
  options: unknown,
  known: OptionNames<Options>,
): void {
  const fault = unknownOption(where, options, Object.keys(known));
  if (fault !== undefined) throw new HooklineError(code, fault, { isUsage: true });
}

function namesOf(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return [];
  try {
    return Object.keys(options);
  } catch {
    // A proxy may refuse to be looked at.
    return [];
  }
}

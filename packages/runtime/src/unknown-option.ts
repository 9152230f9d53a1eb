import { checkArgument } from './argument-check.js';
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
 * The error text for options that are not an object. Undefined for an object, and for `undefined`, which leaves every
 * option at its default: pass `options ?? null` where an option is required.
 *
 * @param where - the owner of the options, put before the text: `'createBot: '`
 * @param known - the names of the options
 */
export function notOptions(where: string, options: unknown, known: readonly string[]): string | undefined {
  if (options === undefined || (typeof options === 'object' && options !== null)) return undefined;
  const got = options === null ? 'nothing' : `a ${typeof options}`;
  return `${where}the options are ${got}; give an object with ${known.join(', ')}`;
}

/**
 * Refuses options that are not an object, and an unknown option: without types, a misspelt one would be left at its
 * default.
 *
 * @param options - `undefined` is accepted; pass `options ?? null` where an option is required
 * @param code - the code of the error
 * @throws HooklineError with `code` and the text of `notOptions` or `unknownOption`
 */
export function checkOptionNames<Options>(
  code: string,
  where: string,
  options: unknown,
  known: OptionNames<Options>,
): void {
  checkArgument('RUNTIME_BAD_OPTION', 'checkOptionNames: known', known, 'object');
  if (areKnown(options, known)) return;
  const names = Object.keys(known);
  const fault = notOptions(where, options, names) ?? unknownOption(where, options, names);
  if (fault !== undefined) throw new HooklineError(code, fault, { isUsage: true });
}

/** The usual case, which allocates no arrays. False if a closer check is needed. */
function areKnown(options: unknown, known: object): boolean {
  if (typeof options !== 'object' || options === null) return false;
  try {
    for (const name in options) if (!Object.hasOwn(known, name)) return false;
    return true;
  } catch {
    // A proxy may refuse to be looked at.
    return false;
  }
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

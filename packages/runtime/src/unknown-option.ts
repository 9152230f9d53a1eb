import { checkArgument } from './argument-check.js';
import { closestName } from './closest-name.js';
import { describeValue, MAX_SHOWN_CHARS } from './describe-value.js';
import { HooklineError } from './error.js';
import { quote } from './quote.js';
import { contain } from './user-code.js';

/**
 * The error text for an object of options from code without types: the first name
 * that is not known, and the one that was probably meant. Undefined when every name is known, and for a value that is
 * not a plain object, whose other faults are found where its fields are read. Reads no field, and never throws.
 *
 * @param where - what the options belong to, put before the name: `'createBot: '`, `'createBot: timers: '`
 * @param known - the names that are known
 */
export function unknownOption(where: string, options: unknown, known: readonly string[]): string | undefined {
  const unknown = unknownName(options, known);
  if (unknown === undefined) return undefined;
  const { name, meant } = unknown;
  const cure = meant === undefined ? `the options are ${known.join(', ')}.` : `did you mean \`${meant}\`?`;
  return `${where}unknown option \`${name}\`; ${cure}`;
}

/** A name that is not known. */
export interface UnknownName {
  /** Shortened, and safe to print in a terminal. */
  readonly name: string;
  /** The known name that was probably meant. */
  readonly meant: string | undefined;
}

/** The first name in an object that is not known. Undefined if each is, and for a value that is not an object. Never throws. */
export function unknownName(options: unknown, known: readonly string[]): UnknownName | undefined {
  const name = namesOf(options).find((given) => !known.includes(given));
  if (name === undefined) return undefined;
  // Without its quotes: it is not a text, but a name.
  const shown = quote(name, MAX_SHOWN_CHARS).replace(/^"|"(?=…?$)/g, '');
  return { name: shown, meant: closestName(name, known) };
}

/** The names of an interface's fields: a table that lacks one does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Options, unknown>>;

/**
 * The error text for options that are not an object, or a promise of one. Undefined for an object, and for `undefined`, which leaves every
 * option at its default: pass `options ?? null` where an option is required.
 *
 * @param where - the owner of the options, put before the text: `'createBot: '`
 * @param known - the names of the options
 */
export function notOptions(where: string, options: unknown, known: readonly string[]): string | undefined {
  if (isThenable(options)) {
    // Nobody will await it, and its rejection would end the process.
    void contain(options);
    return `${where}the options are a promise; await it first.`;
  }
  if (options === undefined || isObject(options)) return undefined;
  return `${where}the options are ${kindOf(options)}; give an object with ${known.join(', ')}.`;
}

/** Without its value: a secret may stand where the options should. */
function kindOf(options: unknown): string {
  // `null`, or options that are missing although they are required.
  if (options === null) return 'nothing';
  return typeof options === 'object' ? describeValue(options) : `a ${typeof options}`;
}

/**
 * What is wrong with options from code without types: the text of `notOptions` or `unknownOption`. Undefined if they
 * can be used.
 *
 * @param options - `undefined` is accepted; pass `options ?? null` where an option is required
 * @param known - an object with a field for each known option
 */
export function optionsFault(where: string, options: unknown, known: object): string | undefined {
  if (areKnown(options, known)) return undefined;
  const names = Object.keys(known);
  return notOptions(where, options, names) ?? unknownOption(where, options, names);
}

/**
 * Refuses options that are not an object, and an unknown option: without types, a misspelt one would be left at its
 * default.
 *
 * @param options - `undefined` is accepted; pass `options ?? null` where an option is required
 * @param code - the code of the error
 * @throws HooklineError with `code` and the text of `optionsFault`
 */
export function checkOptionNames<Options>(
  code: string,
  where: string,
  options: unknown,
  known: OptionNames<Options>,
): void {
  checkArgument('RUNTIME_BAD_OPTION', 'checkOptionNames: known', known, 'object');
  const fault = optionsFault(where, options, known);
  if (fault !== undefined) throw new HooklineError(code, fault, { isUsage: true });
}

/** The usual case, which allocates no arrays. False if a closer check is needed. */
function areKnown(options: unknown, known: object): boolean {
  if (options === undefined) return true;
  if (!isObject(options) || isThenable(options)) return false;
  try {
    for (const name in options) if (!Object.hasOwn(known, name)) return false;
    return true;
  } catch {
    // A proxy may refuse to be looked at.
    return false;
  }
}

function isObject(value: unknown): value is object {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // A proxy that was revoked, whose names are unknown too.
    return true;
  }
}

/** Has none of the names, so that all options would be left at their defaults. */
function isThenable(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
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

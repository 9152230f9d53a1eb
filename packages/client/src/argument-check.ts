import { isLanguageTag, isUuid } from '@hookline/protocol';
import { choiceFault, type NumberRule, unknownName } from '@hookline/runtime';
import { argumentError, argumentErrorSaying, checkNumber, usageError } from './argument-error.js';
import { refuseHiddenContent } from './hidden-content.js';

/** Checks one value; throws an `ArgumentError` that names `field`. */
export type Check = (value: unknown, field: string) => void;

/**
 * Refuses unknown options, because a misspelt one would silently have no effect.
 *
 * @param value - the options
 * @param field - the path of the options; empty for the options of a function
 * @param known - all names
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the option, with a suggestion
 */
export function names(value: unknown, field: string, known: readonly string[]): void {
  const unknown = unknownName(object(value, field || 'options'), known);
  if (unknown === undefined) return;
  const { name, meant } = unknown;
  const cure = meant === undefined ? `expected one of ${known.join(', ')}` : `you may have meant ${meant}`;
  throw argumentErrorSaying(field === '' ? name : `${field}.${name}`, `there is no such option; ${cure}`);
}

/** A required method. Not checked by `object`, because methods of a class are on the prototype. */
export function method(value: unknown, field: string, name: string): void {
  const found: unknown = Object(value) === value ? Reflect.get(Object(value), name) : undefined;
  if (typeof found !== 'function') throw argumentError(`${field}.${name}`, found, 'a function');
}

export function object(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw argumentError(field, value, 'an object');
  }
  refuseHiddenContent(value, field);
  return { ...value };
}

export function text(value: unknown, field: string): void {
  if (value !== undefined && typeof value !== 'string') throw argumentError(field, value, 'a string');
}

export function uuid(value: unknown, field: string): void {
  if (typeof value !== 'string' || !isUuid(value)) throw argumentError(field, value, 'a UUID');
}

export function language(value: unknown, field: string): void {
  if (typeof value !== 'string' || !isLanguageTag(value)) {
    throw argumentError(field, value, 'a BCP 47 language tag, such as en-US');
  }
}

export function oneOf(value: unknown, field: string, allowed: readonly string[]): void {
  const fault = choiceFault(field, value, allowed);
  if (fault !== undefined) throw usageError(`${fault}.`);
}

export function flag(value: unknown, field: string): void {
  if (value !== undefined && typeof value !== 'boolean') throw argumentError(field, value, 'true or false');
}

export function words(value: unknown, field: string): void {
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string')) {
    throw argumentError(field, value, 'an array of strings');
  }
}

/** Checks each field that is present, and refuses unknown names. */
export function fields(
  value: unknown,
  field: string,
  checks: Readonly<Record<string, Check | undefined>>,
): void {
  names(value, field, Object.keys(checks));
  for (const [name, entry] of Object.entries(object(value, field || 'options'))) {
    if (entry !== undefined) checks[name]?.(entry, field === '' ? name : `${field}.${name}`);
  }
}

/** A number by a rule. */
export function number(rule: NumberRule = {}): Check {
  return (value, field) => checkNumber(field, value, rule);
}

/** An object whose fields are all required. */
export function numbers(rules: Readonly<Record<string, NumberRule>>): Check {
  return (value, field) => {
    const given = object(value, field);
    names(value, field, Object.keys(rules));
    for (const [name, rule] of Object.entries(rules)) checkNumber(`${field}.${name}`, given[name], rule);
  };
}

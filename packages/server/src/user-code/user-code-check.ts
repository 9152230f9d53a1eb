import { describeValue } from '@hookline/runtime';
import { serverError } from '../error.js';

/**
 * Throws if a value is neither a function nor undefined, so that the mistake is reported where the value is passed and
 * not when it is called.
 *
 * @param field - the function and the option that the value was passed to, such as `onSpeech: vad`
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkFunction(field: string, value: unknown, expected = 'a function'): void {
  if (value === undefined || typeof value === 'function') return;
  throw serverError('SERVER_BAD_OPTION', `${field} is ${describeValue(value)}; expected ${expected}.`);
}

/**
 * Throws if a value is neither a boolean nor undefined: the text `'false'`, as an environment variable has it, would
 * count as true.
 *
 * @param field - as for `checkFunction`
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkBoolean(field: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw serverError('SERVER_BAD_OPTION', `${field} is ${describeValue(value)}; expected true or false.`);
}

/**
 * Throws if an object lacks one of `methods`. Accepts undefined.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` naming the method
 */
export function checkMethods(field: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const missing = methods.find((name) => !hasMethod(value, name));
  if (missing === undefined) return;
  const expected = methods.map((name) => `${name}()`).join(', ');
  throw serverError(
    'SERVER_BAD_OPTION',
    `${field} is ${describeValue(value)} without ${missing}(); expected an object with ${expected}.`,
  );
}

/** Also false if reading the property throws. */
function hasMethod(value: unknown, name: string): boolean {
  try {
    return typeof Reflect.get(Object(value), name) === 'function';
  } catch {
    return false;
  }
}

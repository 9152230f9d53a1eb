import { describe } from '@hookline/protocol';
import { serverError } from '../error.js';

/**
 * Refuses what is given as a function and is none, where it is given: called later it would fail with a message of the
 * engine. Undefined is taken.
 *
 * @param field - what it is given as, with the function it is given to, such as `onSpeech: vad`
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkFunction(field: string, value: unknown, expected = 'a function'): void {
  if (value === undefined || typeof value === 'function') return;
  throw serverError('SERVER_BAD_OPTION', `${field} is ${kindOf(value)}; expected ${expected}.`);
}

/**
 * Refuses an object that lacks one of the methods it is used by. Undefined is taken.
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
    `${field} is ${kindOf(value)} without ${missing}(); expected an object with ${expected}.`,
  );
}

/** False as well for what throws when it is read. */
function hasMethod(value: unknown, name: string): boolean {
  try {
    return typeof Reflect.get(Object(value), name) === 'function';
  } catch {
    return false;
  }
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? (value === null ? 'null' : 'an object') : describe(value);
}

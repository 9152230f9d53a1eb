import { describeValue } from './describe-value.js';
import { HooklineError } from './error.js';

/** The kinds of arguments that can be checked. */
export type ArgumentKind = keyof typeof KINDS;

/** The required fields of an object, each with its kind. */
export type ArgumentFields = Readonly<Record<string, ArgumentKind>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** By its tag, so that a view from another realm counts as well. */
const isArrayOf = (value: unknown, name: string) =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`;

/** Whether a value is a `Uint8Array`, also one of another realm, such as a `Buffer` in a test environment with its own globals. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || isArrayOf(value, 'Uint8Array');
}

const KINDS = {
  bytes: ['a Uint8Array', isBytes],
  samples: [
    'an Int16Array',
    (value: unknown) => value instanceof Int16Array || isArrayOf(value, 'Int16Array'),
  ],
  text: ['a string', (value: unknown) => typeof value === 'string'],
  'text or bytes': [
    'a string or a Uint8Array',
    (value: unknown) => typeof value === 'string' || isBytes(value),
  ],
  path: ['the path of a file or folder', (value: unknown) => typeof value === 'string' && value !== ''],
  list: ['an array', Array.isArray],
  object: ['an object', (value: unknown) => isObject(value) && !Array.isArray(value)],
  'object or list': ['an object or an array', isObject],
  function: ['a function', (value: unknown) => typeof value === 'function'],
} as const satisfies Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>>;

/**
 * Refuses an argument of the wrong kind from untyped code. Checks the argument and its named fields, but not the
 * content of these.
 *
 * @param code - of the error
 * @param name - the function and its argument: `'readWav: bytes'`
 * @param expected - the kind, or the fields of an object with the kind of each
 * @throws HooklineError with `code`, when the value is of another kind
 */
export function checkArgument(
  code: string,
  name: string,
  value: unknown,
  expected: ArgumentKind | ArgumentFields,
): void {
  const kind = typeof expected === 'string' ? expected : 'object';
  const [words, fits] = KINDS[kind];
  if (!fits(value)) {
    throw new HooklineError(code, `${name} is ${describeValue(value)}; expected ${words}.`, {
      isUsage: true,
    });
  }
  if (typeof expected === 'string') return;
  for (const [field, ofField] of Object.entries(expected)) {
    checkArgument(code, `${name}.${field}`, Reflect.get(Object(value), field), ofField);
  }
}

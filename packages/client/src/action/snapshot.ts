import { messageOf } from '@hookline/runtime';
import { argumentErrorSaying } from '../argument-error.js';

/** Options that are plain data, which is copied deeply. Other values are used as given. */
const DATA = new Set([
  'inputs',
  'outputs',
  'conversation',
  'media',
  'limits',
  'timers',
  'faults',
  'errorTypes',
  'wireStyle',
  'tls',
]);

/** The maximum depth of options: that of `wireStyle.signature`. */
const MAX_DEPTH = 10;

/**
 * Copies options, so that later changes of the given objects have no effect after the check. A property that throws
 * when it is read is a mistake in the program.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function snapshot<T>(options: T): T {
  return copyOf(options, '', (field) => DATA.has(field));
}

/** Copies an object or array, and the entries that `isCopied` selects; other values are returned unchanged. */
function copyOf<T>(value: T, field: string, isCopied: (field: string) => boolean, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) {
    throw argumentErrorSaying(field.slice(0, 60), 'it is nested too deeply, or contains itself');
  }
  const copy: T = Object.setPrototypeOf(Array.isArray(value) ? [] : {}, Object.getPrototypeOf(value));
  for (const name of keysOf(value, field)) {
    const place = field === '' ? name : `${field}.${name}`;
    const entry = read(value, name, place);
    const kept = isCopied(name) && isData(entry) ? copyOf(entry, place, isAnything, depth + 1) : entry;
    // Defined, not assigned, so that __proto__ is an ordinary name.
    Reflect.defineProperty(Object(copy), name, {
      value: kept,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

const isAnything = () => true;

function isData(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function keysOf(value: object, field: string): string[] {
  try {
    return Object.keys(value);
  } catch (error) {
    throw argumentErrorSaying(field || 'options', `it cannot be read (${messageOf(error)})`, error);
  }
}

function read(value: object, name: string, field: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch (error) {
    throw argumentErrorSaying(
      field,
      `it cannot be read (${messageOf(error)}); expected a plain value`,
      error,
    );
  }
}

/** Options with the defaults of those that are absent or undefined. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const all = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) Reflect.set(all, name, value);
  }
  return all;
}

import { quote } from './quote.js';

/** The longest value of an option or argument that an error message shows, in characters. */
export const MAX_SHOWN_CHARS = 60;

/** Describes an external value for an error message: its kind, and a short text that is safe to print in a terminal. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return `the string ${quote(value, MAX_SHOWN_CHARS)}`;
    case 'object':
      return value === null ? 'null' : kindOf(value);
    default:
      return `a ${typeof value}`;
  }
}

function kindOf(value: object): string {
  try {
    if (Array.isArray(value)) return 'an array';
    // Often a call of an async function that was not awaited.
    return value instanceof Promise ? 'a promise' : 'an object';
  } catch {
    // A revoked proxy.
    return 'an object';
  }
}

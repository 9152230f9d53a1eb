import { argumentError } from '../argument-error.js';

/** Checks that a value can be read as a caller's audio. @throws HooklineError `CLIENT_BAD_ARGUMENT` */
export function checkCaller(value: unknown, field: string): void {
  if (!isIterable(value)) {
    throw argumentError(field, value, 'a Uint8Array or an iterable of Uint8Array, such as wavCaller(path)');
  }
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

import { describe } from '@hookline/protocol';
import { errorFactory, type HooklineError, type NumberRule, numberFault } from '@hookline/runtime';

/** The `code` of the `HooklineError` for a mistake in the calling program. */
export type ClientErrorCode =
  /** An argument or option that cannot be used; the message names the field. */
  'CLIENT_BAD_ARGUMENT';

/** A mistake in the program that uses this package: thrown synchronously, naming the field. */
export type ArgumentError = HooklineError<ClientErrorCode>;

const clientError = /* @__PURE__ */ errorFactory<ClientErrorCode>(['CLIENT_BAD_ARGUMENT']);

/**
 * Builds the error.
 *
 * @param field - the path of the value, such as `connectorId` or `inputs.customerId`
 * @param got - the value, or a text instead if it must not be shown
 * @param expected - the valid values, and what to do
 */
export function argumentError(field: string, got: unknown, expected: string, cause?: unknown): ArgumentError {
  return usageError(`${field} is ${describe(got)}; expected ${expected}.`, cause);
}

/** The same for a value that must not be shown, or a fault that does not belong to one value. */
export function argumentErrorSaying(field: string, text: string, cause?: unknown): ArgumentError {
  return usageError(`${field}: ${text}.`, cause);
}

/**
 * Checks a number from outside.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field, the value and what is expected
 */
export function checkNumber(field: string, value: unknown, rule: NumberRule): void {
  const fault = numberFault(field, value, rule);
  if (fault !== undefined) throw usageError(`${fault}.`);
}

/** The error for a whole message. */
export function usageError(message: string, cause?: unknown): ArgumentError {
  return clientError('CLIENT_BAD_ARGUMENT', message, cause);
}

/** The kind of a value, for a message that must not contain the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

import { describe } from '@hookline/protocol';
import { HooklineError, type NumberRule, numberFault } from '@hookline/runtime';

/** A mistake in the program that uses this package: thrown synchronously, naming the field. */
export type ArgumentError = HooklineError<'invalid-argument'>;

/**
 * Builds the error.
 *
 * @param field - where the value stands, such as `connectorId` or `inputs.customerId`
 * @param got - the value, or a text in place of it where it must not be shown
 * @param expected - what belongs there, and what to do
 */
export function argumentError(field: string, got: unknown, expected: string, cause?: unknown): ArgumentError {
  return argumentErrorSaying(field, `got ${shown(got)}; expected ${expected}`, cause);
}

/** The same for a value that must not be shown, or a fault that is no matter of one value. */
export function argumentErrorSaying(field: string, text: string, cause?: unknown): ArgumentError {
  return new HooklineError(
    'invalid-argument',
    `${field}: ${text}.`,
    cause === undefined ? undefined : { cause },
  );
}

/**
 * Checks a number from outside.
 *
 * @throws HooklineError `invalid-argument` naming the field, what came and what is expected
 */
export function checkNumber(field: string, value: unknown, rule: NumberRule): void {
  const fault = numberFault(field, value, rule);
  if (fault !== undefined) throw new HooklineError('invalid-argument', `${fault}.`);
}

function shown(value: unknown): string {
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : describe(value);
}

import { messageOf, runUserCode } from '@hookline/runtime';
import { argumentError, kindOf } from '../argument-error.js';
import type { Expression } from './options.js';

/** The value of an expression: a text, or the reason why there is none. */
export type Evaluated = { readonly text: string } | { readonly problem: string };

/** Whether a value is evaluated only when the action runs. */
export function isDynamic(expression: Expression | undefined): boolean {
  return typeof expression === 'function';
}

/**
 * Evaluates a value of the flow. A literal that is not a text is a mistake in the program and throws; an expression
 * that returns something else is a failure of the action. (DECISIONS.md #28)
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming `field`
 */
export function evaluate(field: string, expression: Expression): Evaluated {
  if (typeof expression === 'string') return { text: expression };
  if (typeof expression !== 'function') throw argumentError(field, expression, 'a string');
  try {
    const value = expression();
    // A promise is not a valid value, and its rejection must not end the process.
    runUserCode(
      () => value,
      () => {},
    );
    if (typeof value === 'string') return { text: value };
    return {
      problem: `the expression of ${field} returned ${kindOf(value)}; expected a string`,
    };
  } catch (error) {
    return { problem: `the expression of ${field} failed: ${messageOf(error)}` };
  }
}

import { describeValue, MAX_SHOWN_CHARS } from './describe-value.js';
import { quote } from './quote.js';

/**
 * The error text for an external value that is none of the accepted texts: the field, the value and the texts. Undefined
 * if it is one of them. The value may be anything.
 *
 * @param field - the name of the option or argument, such as `createBot: unauthorized`
 */
export function choiceFault(field: string, value: unknown, choices: readonly string[]): string | undefined {
  if (choices.some((choice) => choice === value)) return undefined;
  const got = typeof value === 'string' ? quote(value, MAX_SHOWN_CHARS) : describeValue(value);
  return `${field} is ${got}; expected ${choices.map((choice) => JSON.stringify(choice)).join(' or ')}`;
}

import { describeValue } from './describe-value.js';

/** Constraints of a number from outside. It must be finite, unless `infinite` is true. */
export interface NumberRule {
  /** The smallest accepted value; default: no limit. */
  readonly min?: number;
  /** The exclusive lower limit; default: none. */
  readonly above?: number;
  /** The largest accepted value; default: no limit. */
  readonly max?: number;
  /** Whether it must be a safe integer; default false. */
  readonly integer?: boolean;
  /** Whether positive infinity is accepted too; default false. */
  readonly infinite?: boolean;
}

/**
 * The error text for an external number that violates its rule: the field, the value and the expected values. Undefined
 * if it is valid. Accepts any value, and never throws.
 *
 * @param field - the name of the option or argument, such as `timers.openMs`
 */
export function numberFault(field: string, value: unknown, rule: NumberRule = {}): string | undefined {
  if (typeof value === 'number' && fits(value, rule)) return undefined;
  return `${field} is ${describeValue(value)}; expected ${expectation(rule)}`;
}

/** Each condition is written so that NaN fails it. */
function fits(value: number, { min, above, max, integer, infinite }: NumberRule): boolean {
  if (infinite && value === Number.POSITIVE_INFINITY) return true;
  if (!(integer ? Number.isSafeInteger(value) : Number.isFinite(value))) return false;
  return (
    (min === undefined || value >= min) &&
    (above === undefined || value > above) &&
    (max === undefined || value <= max)
  );
}

function expectation({ min, above, max, integer, infinite }: NumberRule): string {
  const bounded = min !== undefined || above !== undefined || max !== undefined;
  let text = integer ? 'a whole number' : bounded ? 'a number' : 'a finite number';
  if (above !== undefined) text += ` above ${above}`;
  if (min !== undefined) text += max === undefined ? ` of ${min} or more` : ` from ${min} to ${max}`;
  else if (max !== undefined) text += `, ${max} at most`;
  return infinite ? `${text}, or Infinity` : text;
}

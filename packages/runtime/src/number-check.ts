/** Constraints of an external number. It must be finite, unless `infinite` is true. */
export interface NumberRule {
  /** The smallest accepted value; default no bound. */
  readonly least?: number;
  /** Exclusive lower bound; default none. */
  readonly above?: number;
  /** The largest accepted value; default no bound. */
  readonly most?: number;
  /** Whether it must be a safe integer; default false. */
  readonly whole?: boolean;
  /** Whether positive infinity is accepted too; default false. */
  readonly infinite?: boolean;
}

/** Characters of a text that are shown. */
const SHOWN_CHARS = 40;

/**
 * The error text for an external number that violates its rule: the field, the value and the expected values. Undefined
 * if it is valid. Accepts any value, and never throws.
 *
 * @param field - the name of the option or argument, such as `timers.openMs`
 */
export function numberFault(field: string, value: unknown, rule: NumberRule = {}): string | undefined {
  if (typeof value === 'number' && fits(value, rule)) return undefined;
  return `${field} is ${shown(value)}; expected ${expectation(rule)}`;
}

/** Each condition is written so that NaN does not fit. */
function fits(value: number, { least, above, most, whole, infinite }: NumberRule): boolean {
  if (infinite && value === Number.POSITIVE_INFINITY) return true;
  if (!(whole ? Number.isSafeInteger(value) : Number.isFinite(value))) return false;
  return (
    (least === undefined || value >= least) &&
    (above === undefined || value > above) &&
    (most === undefined || value <= most)
  );
}

function expectation({ least, above, most, whole, infinite }: NumberRule): string {
  const bounded = least !== undefined || above !== undefined || most !== undefined;
  let text = whole ? 'a whole number' : bounded ? 'a number' : 'a finite number';
  if (above !== undefined) text += ` above ${above}`;
  if (least !== undefined) text += most === undefined ? ` of ${least} or more` : ` from ${least} to ${most}`;
  else if (most !== undefined) text += `, ${most} at most`;
  return infinite ? `${text}, or Infinity` : text;
}

/** Formats an external value for an error message: its kind, and a shortened text. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return `the text ${JSON.stringify(value.slice(0, SHOWN_CHARS))}`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}

import { HooklineError } from '@hookline/runtime';
import { type Static, type TSchema, Type } from '@sinclair/typebox';

/** A time span on the wire: ISO 8601 in seconds only, such as `PT1.25S`. */
export const Duration = Type.String({
  pattern: '^PT(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)S$',
  description: 'A non-negative ISO 8601 duration in seconds, below 2^53 ns, such as PT0.0S or PT1.25S.',
});
export type Duration = Static<typeof Duration>;

const PARTS = /^PT([0-9]*)\.?([0-9]*)S$/;
const SHAPE = new RegExp(Duration.pattern ?? '');
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000n;

/** How a duration is written. */
export interface DurationStyle {
  /** Decimals to write at least, from 0 to 9. Default 1, as Genesys Cloud writes: `PT0.0S` (AC-DUR-3). */
  readonly minDecimals?: number;
}

const MAX_DECIMALS = 9;

/**
 * Prints whole nanoseconds as a duration: fixed point, at most nine decimals, never an exponent.
 *
 * @throws HooklineError `DURATION_RANGE` for what is no whole number in [0, 2^53), `DURATION_DECIMALS` for decimals
 *   that are no whole number from 0 to 9
 */
export function durationFromNs(ns: number, { minDecimals = 1 }: DurationStyle = {}): Duration {
  if (!Number.isSafeInteger(ns) || ns < 0) {
    throw new HooklineError(
      'DURATION_RANGE',
      `A duration is a whole number of nanoseconds from 0 to 2^53 - 1; got ${ns}.`,
    );
  }
  if (!Number.isInteger(minDecimals) || minDecimals < 0 || minDecimals > MAX_DECIMALS) {
    throw new HooklineError(
      'DURATION_DECIMALS',
      `minDecimals of a duration is a whole number from 0 to ${MAX_DECIMALS}; got ${minDecimals}.`,
    );
  }
  const whole = BigInt(ns) / NS_PER_S;
  const digits = (BigInt(ns) % NS_PER_S).toString().padStart(MAX_DECIMALS, '0');
  const fraction = digits.replace(/0+$/, '').padEnd(minDecimals, '0');
  return fraction ? `PT${whole}.${fraction}S` : `PT${whole}S`;
}

/** Reads a duration as whole nanoseconds (digits past the ninth decimal are cut), or undefined when it is none or too long for 2^53 ns. */
export function durationToNs(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const parts = PARTS.exec(text);
  const whole = parts?.[1] ?? '';
  const fraction = (parts?.[2] ?? '').slice(0, 9).padEnd(9, '0');
  // Longer than 2^53 ns whatever the digits: refuse before BigInt reads a number of any length.
  if (whole.replace(/^0+/, '').length > 9) return undefined;
  const ns = Number(BigInt(whole || '0') * NS_PER_S + BigInt(fraction));
  return Number.isSafeInteger(ns) ? ns : undefined;
}

/** Prints milliseconds (fractions kept to the nanosecond) as a duration; throws as `durationFromNs`. */
export function durationFromMs(ms: number, style?: DurationStyle): Duration {
  return durationFromNs(Math.round(ms * NS_PER_MS), style);
}

/** Reads a duration as milliseconds, or undefined when it is none. */
export function durationToMs(text: string): number | undefined {
  const ns = durationToNs(text);
  return ns === undefined ? undefined : ns / NS_PER_MS;
}

/** "PT", six digits and "S": nothing this short reaches 2^53 ns, which is some 9,007,199 s. */
const SURELY_FITS_CHARS = 9;

/** The names of the parameters of a message that are durations. */
export function durationParameters(message: TSchema): string[] {
  const parameters: Readonly<Record<string, TSchema>> =
    message['properties']?.['parameters']?.['properties'] ?? {};
  return Object.keys(parameters).filter((name) => parameters[name]?.['pattern'] === Duration.pattern);
}

/**
 * Where a message that fits its schema has a duration of 2^53 ns or more, which no pattern can tell: its JSON
 * pointer and its text. Nobody could reckon with it, so it is refused (AC-DUR-1) before anybody tries.
 */
export function overlongDuration(
  message: { readonly parameters: Readonly<Record<string, unknown>>; readonly position?: string },
  parameterNames: readonly string[],
): { readonly path: string; readonly text: string } | undefined {
  const { position, parameters } = message;
  if (position !== undefined && isOverlong(position)) return { path: '/position', text: position };
  for (const name of parameterNames) {
    const text = parameters[name];
    if (typeof text === 'string' && isOverlong(text)) return { path: `/parameters/${name}`, text };
  }
  return undefined;
}

function isOverlong(duration: string): boolean {
  return duration.length > SURELY_FITS_CHARS && durationToNs(duration) === undefined;
}

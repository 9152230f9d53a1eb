import { describeValue, type NumberRule, numberFault } from '@hookline/runtime';
import { audioError } from './error.js';

/**
 * Refuses a number that violates its rule, and a value of another type.
 *
 * @param name - the function and its argument: `'Framer: silence'`
 * @throws AudioError `AUDIO_BAD_ARGUMENT`
 */
export function checkNumber(name: string, value: unknown, rule: NumberRule): void {
  const fault = numberFault(name, value, rule);
  if (fault !== undefined) throw audioError('AUDIO_BAD_ARGUMENT', `${fault}.`);
}

/** Refuses a level that is not a number. The infinities are levels: the ratio to digital silence is infinite. */
export function checkLevel(name: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  throw audioError(
    'AUDIO_BAD_ARGUMENT',
    `${name} is ${describeValue(value)}; expected a number of decibels.`,
  );
}

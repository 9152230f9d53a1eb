import { UsageError } from '../usage-error.js';

/** Reads a number within bounds. @throws UsageError naming the option */
export function parseNumber(
  text: string,
  option: string,
  bounds: { min: number; max: number; integer?: boolean },
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= bounds.min && value <= bounds.max) || (bounds.integer && !Number.isInteger(value))) {
    throw new UsageError(
      `${option} takes a ${bounds.integer ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}; got ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

import { printableValue } from '@hookline/trace';

/** A row of an unknown kind as `JSON.stringify` can print it: a placeholder replaces each field that is nested too deeply. */
export function printableRow(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, printableValue(value)]));
}

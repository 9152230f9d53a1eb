const TOO_DEEP = '[nested too deeply to be shown]';

/**
 * A row of an unknown kind as `JSON.stringify` can print it. A placeholder replaces each field that is nested deeper than
 * the stack allows, for which a few thousand brackets in a trace suffice.
 */
export function printableRow(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, isPrintable(value) ? value : TOO_DEEP]),
  );
}

function isPrintable(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

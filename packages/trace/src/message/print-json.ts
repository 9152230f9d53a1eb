const TOO_DEEP = '[nested too deeply to be shown]';

/**
 * A JSON value of a peer as JSON text; a placeholder if it is nested deeper than the stack allows, for which a few
 * thousand brackets suffice.
 */
export function printJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return TOO_DEEP;
  }
}

/** Returns a JSON value of a peer, or a placeholder if it is nested deeper than `JSON.stringify` can print. */
export function printableValue(value: unknown): unknown {
  return printJson(value) === TOO_DEEP ? TOO_DEEP : value;
}

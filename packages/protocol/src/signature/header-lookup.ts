import { checkArgument } from '@hookline/runtime';
/** Returns the value of a header by its lower-case name; the values of a repeated header are joined by `, `. */
export type HeaderLookup = (name: string) => string | undefined;

/**
 * Creates a lookup for raw headers, such as `rawHeaders` of a Node request. Repeated headers are joined, so that a
 * second `Host` or `X-API-KEY` cannot go unnoticed.
 *
 * @param rawHeaders - alternating names and values
 */
export function headerLookup(rawHeaders: readonly string[]): HeaderLookup {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'headerLookup: rawHeaders', rawHeaders, 'list');
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return (name) => values.get(name);
}

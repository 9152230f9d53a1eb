/** A position in a file, as editors take it: `name:line` or, where the line is not known, `name`. */
export type Place = string;

/**
 * Where a field stands in a configuration, written as an object literal or as JSON. Found by the names on the way to
 * it, each behind the one before; without the line where one of them is not written out, such as a shorthand.
 *
 * @param path - the names from the outermost object on, such as `['profiles', 'local', 'apiKey']`
 */
export function placeOf(file: string, source: string, path: readonly string[]): Place {
  let at = 0;
  for (const name of path) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const field = new RegExp(`(?<=^|[\\s,{])(["']?)${escaped}\\1\\s*:`, 'm').exec(source.slice(at));
    if (!field) return file;
    at += field.index + 1;
  }
  return `${file}:${lineAt(source, at)}`;
}

/** The line of a position in a text, from 1. */
export function lineAt(source: string, position: number): number {
  return source.slice(0, position).split('\n').length;
}

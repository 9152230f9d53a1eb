/** A position in a file: `name:line`, or `name` if the line is not known. */
export type SourceLocation = string;

/**
 * The location of a field in the text of a configuration, which is JSON or an object literal. Searches for each name of
 * the path after the previous one. If a name is not found, such as a shorthand property, the location has no line.
 *
 * @param path - names from the outermost object to the field, such as `['profiles', 'local', 'apiKey']`
 */
export function fieldLocation(file: string, source: string, path: readonly string[]): SourceLocation {
  let position = 0;
  for (const name of path) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const field = new RegExp(`(?<=^|[\\s,{])(["']?)${escaped}\\1\\s*:`, 'm').exec(source.slice(position));
    if (!field) return file;
    position += field.index + 1;
  }
  return `${file}:${lineNumberAt(source, position)}`;
}

/** The line number of a position in a text, from 1. */
export function lineNumberAt(source: string, position: number): number {
  return source.slice(0, position).split('\n').length;
}

import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** A file or folder that an option names. */
export interface NamedPath {
  readonly option: string;
  readonly path: string;
}

/** Where a path leads, symbolic links followed as far as there is something; the rest as it is written. */
export async function whereItLeads(path: string): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(await whereItLeads(parent), basename(full));
  }
}

/** Whether both name one file: the same place, or two hard links to it. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([whereItLeads(one), whereItLeads(other)]);
  if (a === b) return true;
  const [left, right] = await Promise.all(
    [a, b].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return left !== undefined && right !== undefined && left.ino === right.ino && left.dev === right.dev;
}

/** Whether `path` lies within `folder`, or is it. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const way = relative(await whereItLeads(folder), await whereItLeads(path));
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(way) !== way);
}

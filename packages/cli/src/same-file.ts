import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The path of a file or folder, and the option that names it. */
export interface OptionPath {
  readonly option: string;
  readonly path: string;
}

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** The absolute path with symbolic links resolved, also of a link to nothing. The part that does not exist is kept as written. */
export async function resolvePath(path: string, maxLinks = MAX_LINKS): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const parent = dirname(full);
    if (parent === full) return full;
    const found = join(await resolvePath(parent, maxLinks), basename(full));
    // Writing to a link to nothing creates its target.
    const target = maxLinks > 0 ? await readlink(found).catch(() => undefined) : undefined;
    return target === undefined ? found : resolvePath(resolve(dirname(found), target), maxLinks - 1);
  }
}

/** Whether both paths name the same file, also through symbolic or hard links. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([resolvePath(one), resolvePath(other)]);
  if (a === b) return true;
  const [left, right] = await Promise.all(
    [a, b].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return left !== undefined && right !== undefined && left.ino === right.ino && left.dev === right.dev;
}

/** Whether `path` is `folder` or is inside it. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const relativePath = relative(await resolvePath(folder), await resolvePath(path));
  return (
    relativePath === '' ||
    (relativePath !== '..' && !relativePath.startsWith(`..${sep}`) && resolve(relativePath) !== relativePath)
  );
}

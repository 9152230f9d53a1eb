// Deletes the chunks of earlier builds: `node scripts/stale-chunks.mjs [DIST…]`, of all packages by default. When turbo
// takes a build from its cache it only adds files, so after a change of branch the chunks of both builds are in `dist`, and
// would be in the tarballs.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.slice(2);
const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'dist'));

for (const folder of (given.length > 0 ? given : packages).filter((path) => existsSync(path)))
  for (const path of staleChunks(folder)) {
    rmSync(path);
    console.log(`deleted ${relative(process.cwd(), path)}, which no entry uses`);
  }

/** The name of a chunk without its extensions; undefined for an entry. Names of entries are lower case, without digits. */
function chunkName(path) {
  const [name = ''] = basename(path).split('.');
  return /-(?=[\w-]*[A-Z0-9])[\w-]{8}$/.test(name) ? name : undefined;
}

function staleChunks(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const unused = new Set(files.filter((path) => chunkName(path) !== undefined));
  const used = files.filter((path) => !unused.has(path));
  for (let path = used.pop(); path !== undefined; path = used.pop()) {
    const text = readFileSync(path, 'utf8');
    for (const chunk of unused)
      if (text.includes(chunkName(chunk))) {
        unused.delete(chunk);
        used.push(chunk);
      }
  }
  return [...unused];
}

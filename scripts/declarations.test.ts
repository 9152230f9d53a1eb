import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/*
 * What the declarations of a package import, a user must have: with skipLibCheck off, one import without types stops
 * the compiler. Here a package that only has types at `@types/…` compiles, because the checkout has those installed.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly private?: boolean;
  readonly types?: string;
  readonly typings?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const packages = readdirSync(join(root, 'packages'))
  .map((name) => ({ name, folder: join(root, 'packages', name) }))
  .map((one) => ({ ...one, manifest: readManifest(one.folder) }))
  .filter(({ manifest }) => !manifest.private && JSON.stringify(manifest.exports ?? '').includes('.d.ts'));

/** Like the packed tarballs, the declarations exist only after `npm run build`. */
const isBuilt = packages.every(({ folder }) => existsSync(join(folder, 'dist', 'index.d.ts')));

/** The names of the packages that the declarations of a package import. */
function importedBy(folder: string): string[] {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.d\.c?ts$/.test(file),
  );
  const specifiers = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, 'dist', file), 'utf8').matchAll(
        /\b(?:from |import |import\()'([^'.\s][^'\s]*)'/g,
      ),
    ].map(([, specifier = '']) => specifier),
  );
  return [...new Set(specifiers.filter((specifier) => !isBuiltin(specifier)))].map(
    (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier,
  );
}

function hasTypes(name: string): boolean {
  const { types, typings, exports } = readManifest(join(root, 'node_modules', name));
  return types !== undefined || typings !== undefined || JSON.stringify(exports ?? '').includes('.d.');
}

describe.skipIf(!isBuilt)('the public declarations', () => {
  test.each(packages)(
    'of $name import only packages that it depends on and that have types',
    ({ folder, manifest: { dependencies = {}, peerDependencies = {} } }) => {
      const imported = importedBy(folder);
      expect(imported.filter((name) => !(name in dependencies) && !(name in peerDependencies))).toEqual([]);
      expect(imported.filter((name) => !hasTypes(name))).toEqual([]);
    },
  );
});

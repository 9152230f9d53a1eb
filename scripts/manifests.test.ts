import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Manifest {
  readonly version?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): Manifest => JSON.parse(readFileSync(`${root}${path}package.json`, 'utf8'));

const packages = readdirSync(`${root}packages`).map((folder) => ({
  folder,
  manifest: read(`packages/${folder}/`),
}));

/** The dependencies of a manifest that are not packages of this repository. */
const foreign = (dependencies: Readonly<Record<string, string>> = {}) =>
  Object.entries(dependencies).filter(([name]) => !name.startsWith('@hookline/'));

test('`npm test -w` runs the tests of every package', () => {
  expect(packages.map(({ folder, manifest }) => manifest.scripts?.test ?? folder)).toEqual(
    packages.map(({ folder }) => `vitest run --root ../.. packages/${folder}/`),
  );
});

test('what users install has a range, and a development dependency one version', () => {
  const installed = packages.flatMap(({ manifest }) => foreign(manifest.dependencies));
  expect(installed.filter(([, range]) => !/^\^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  const development = [{ manifest: read('') }, ...packages].flatMap(({ manifest }) =>
    foreign(manifest.devDependencies),
  );
  expect(development.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every package uses the same version of a dependency', () => {
  const versions = new Map<string, Set<string>>();
  for (const { manifest } of [{ manifest: read('') }, ...packages]) {
    for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
      for (const [name, range] of foreign(dependencies)) {
        versions.set(name, (versions.get(name) ?? new Set()).add(range.replace('^', '')));
      }
    }
  }
  expect([...versions].filter(([, of]) => of.size > 1)).toEqual([]);
});

test('a peer dependency is accepted in the major version that the tests use, and in no other', () => {
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  expect(peers.length).toBeGreaterThan(0);
  for (const [name, range] of peers) {
    const { version } = read(`node_modules/${name}/`);
    // Before 1.0 the interface may change in each version; then the range says how far it is accepted.
    const major = /^\^(\d+)\.\d+\.\d+$/.exec(range)?.[1] ?? /^>=(0)\.\d+\.\d+ <1$/.exec(range)?.[1];
    expect(`${name} ${range}: ${version?.split('.')[0]}`).toBe(`${name} ${range}: ${major}`);
  }
});

test('development dependencies declare that they run on Node.js 20, but for the one that docs/maintaining.md names', () => {
  const names = [{ manifest: read('') }, ...packages].flatMap(({ manifest }) =>
    foreign(manifest.devDependencies).map(([name]) => name),
  );
  const newer = [...new Set(names)].filter((name) => {
    const lowest = (read(`node_modules/${name}/`).engines?.['node'] ?? '*').match(/\d+/g)?.map(Number) ?? [];
    return (lowest[0] ?? 0) > 20;
  });
  expect(newer).toEqual(['@azure/ai-voicelive']);
  expect(readFileSync(`${root}docs/maintaining.md`, 'utf8')).toContain('`@azure/ai-voicelive`');
});

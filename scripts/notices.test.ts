import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/*
 * tsup bundles imported packages that are not declared as dependencies, and embed-wasm.mjs embeds wasm modules.
 * THIRD_PARTY_NOTICES of the package must contain their licences.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({
    folder: join(root, 'packages', folder),
    manifest: JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private);

/** `@scope/name/sub` → `@scope/name` */
const packageOf = (id: string) =>
  id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');

/** The third-party packages that a package imports by value without declaring them, or embeds. */
function bundled(folder: string, manifest: Manifest): string[] {
  const declared = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const found = new Set<string>();
  for (const part of ['src', 'page']) {
    if (!existsSync(join(folder, part))) continue;
    for (const path of readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(path) || /\.test\.tsx?$|node_modules|vite\.config/.test(path)) continue;
      const source = readFileSync(join(folder, part, path), 'utf8');
      for (const [, id = ''] of source.matchAll(
        /^(?:import|export)(?! type)[^'";]*from '([^'.][^']*)'|import\('([^'.][^']*)'\)/gm,
      )) {
        const name = packageOf(id);
        if (name === '' || id.startsWith('node:') || builtinModules.includes(name)) continue;
        if (name.startsWith('@hookline/') || declared.has(name)) continue;
        found.add(name);
      }
      for (const [, embedded = ''] of source.matchAll(/Written by scripts\/embed-wasm\.mjs from (\S+)/g))
        found.add(packageOf(embedded));
    }
  }
  return [...found].sort();
}

describe('a third-party package that a package bundles', () => {
  it.each(packages)(
    'is listed in the THIRD_PARTY_NOTICES that $manifest.name ships',
    ({ folder, manifest }) => {
      const parts = bundled(folder, manifest);
      if (parts.length === 0) return;
      const path = join(folder, 'THIRD_PARTY_NOTICES');
      expect(
        existsSync(path),
        `${manifest.name} bundles ${parts.join(', ')} and has no THIRD_PARTY_NOTICES`,
      ).toBe(true);
      const notices = readFileSync(path, 'utf8');
      expect(parts.filter((name) => !notices.includes(name))).toEqual([]);
      expect(manifest.files).toContain('THIRD_PARTY_NOTICES');
    },
  );

  it.each(packages)('$manifest.name ships its own licence', ({ folder, manifest }) => {
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toContain('MIT');
    expect(manifest.files).toContain('LICENSE');
  });
});

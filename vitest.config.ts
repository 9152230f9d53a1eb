import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** `@hookline/x/sub` → the source it is built from, read from each package's tsup entries. */
function sourceAliases() {
  const aliases: { find: RegExp; replacement: string }[] = [
    { find: /^#verifies$/, replacement: new URL('scripts/verifies.ts', import.meta.url).pathname },
    { find: /^#bounds$/, replacement: new URL('scripts/bounds.ts', import.meta.url).pathname },
  ];
  for (const folder of readdirSync(new URL('packages', import.meta.url))) {
    const root = new URL(`packages/${folder}/`, import.meta.url);
    const config = readFileSync(new URL('tsup.config.ts', root), 'utf8');
    for (const [, name, entry] of config.matchAll(/['"]?([\w-]+)['"]?: '(src\/[^']+)'/g)) {
      const id = name === 'index' ? `@hookline/${folder}` : `@hookline/${folder}/${name}`;
      aliases.push({ find: new RegExp(`^${id}$`), replacement: new URL(entry as string, root).pathname });
    }
  }
  return aliases;
}

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test}/**/*.test.ts',
      'simulation/test/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    testTimeout: 10_000,
    // Many tests wait for real sockets: vitest's own default leaves one of two processors idle.
    maxWorkers: 2,
    reporters: ['default'],
  },
});

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

const TESTS = [
  'packages/*/{src,test}/**/*.test.ts',
  'apps/*/{src,test}/**/*.test.ts',
  'simulation/test/**/*.test.ts',
  'scripts/**/*.test.ts',
];
/** They replace a module before it is first imported, or look at all that the process holds. */
const ISOLATED = [
  'packages/protocol/src/signature/hmac.test.ts',
  'packages/server/src/auth/authenticator.test.ts',
  'packages/realtime/test/openai.test.ts',
  'packages/testing/test/hostile-peers.test.ts',
  'packages/testing/test/over-sockets.test.ts',
  'packages/testing/test/recorded-by-the-bot.test.ts',
];
/** They measure real time in milliseconds, between processes or in a browser: nothing else runs meanwhile. */
const TIMED = [
  'apps/realtime-bot/src/serve.test.ts',
  'packages/realtime/test/must-hold.test.ts',
  'packages/studio/test/browser/call.test.ts',
  'packages/testing/test/fleet.test.ts',
];

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    // Long enough for a test of ten processes on a busy machine; a test that hangs still fails.
    testTimeout: 30_000,
    // Many tests wait for real sockets: vitest's own default leaves one of two processors idle.
    maxWorkers: 3,
    reporters: ['default'],
    projects: [
      // Files share the processes of the workers: loading every module anew for each file took half of all time.
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: TESTS, exclude: [...ISOLATED, ...TIMED] },
      },
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});

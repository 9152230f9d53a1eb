import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `@hookline/x/sub` → the source it is built from, read from each package's tsup entries. */
function sourceAliases() {
  const aliases: { find: RegExp; replacement: string }[] = [
    { find: /^#verifies$/, replacement: new URL('scripts/verifies.ts', import.meta.url).pathname },
    { find: /^#free-port$/, replacement: new URL('scripts/free-port.ts', import.meta.url).pathname },
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
  'packages/trace/src/node/heard-recorder.test.ts',
];
/** They measure real time in milliseconds, between processes or in a browser: nothing else runs meanwhile. */
const TIMED = [
  'apps/realtime-bot/src/serve.test.ts',
  'packages/realtime/test/required-behaviour.test.ts',
  'packages/studio/test/browser/call.test.ts',
];
/** They install or compile against the packages, run a fleet behind proxies, or talk in real time: `npm test` leaves them to `npm run test:all`. */
const SYSTEM = [
  'apps/voice-bot/src/book.test.ts',
  'packages/testing/test/fleet.test.ts',
  'scripts/nameable-types.test.ts',
  'scripts/smoke-packed.test.ts',
];
/** They take longest: begun first, so that none of them runs on alone at the end. */
const LONG = [
  'simulation/test/simulation.test.ts',
  'packages/conformance/test/correct-bots.test.ts',
  'packages/conformance/test/faults.test.ts',
  'packages/conformance/test/lost-calls.test.ts',
  'packages/cli/test/every-verb.test.ts',
  'packages/cli/test/call.test.ts',
  'packages/cli/test/check.test.ts',
  'packages/cli/test/completion.test.ts',
  'packages/cli/test/replay.test.ts',
  'packages/studio/test/browser/page.test.ts',
  'packages/studio/test/browser/refusals.test.ts',
  'packages/studio/test/browser/shown-call.test.ts',
  'packages/studio/test/browser/caller-changes.test.ts',
  'packages/cli/test/traces.test.ts',
  'packages/artillery-engine-hookline/test/artillery.test.ts',
  'packages/realtime/test/many-calls.test.ts',
  'packages/testing/test/fresh-processes.test.ts',
  'packages/conformance/test/other-languages.test.ts',
];

/** The groups and projects in the usual order, and in each the files of `LONG` first. */
class LongFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
      return index === -1 ? LONG.length : index;
    };
    const sorted = await super.sort(specs);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) =>
      sorted.filter((spec) => spec.project === project).sort((a, b) => place(a) - place(b)),
    );
  }
}

export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    // They end what hangs, and are far from what a busy machine needs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Most files wait for real sockets and processes: as many as there are processors leave these idle.
    maxWorkers: 5,
    sequence: { sequencer: LongFirst },
    reporters: ['default'],
    setupFiles: ['scripts/swallowed-assertions.ts'],
    projects: [
      // Files share the processes of the workers: loading every module anew for each file took half of all time.
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: TESTS, exclude: [...ISOLATED, ...TIMED, ...SYSTEM] },
      },
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      // Their processes keep all processors busy by themselves.
      {
        extends: true,
        test: { name: 'system', include: SYSTEM, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});

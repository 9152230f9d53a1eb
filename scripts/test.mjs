// `npm test`: builds the packages, runs the tests, and ends with one line, `N passed, N failed`.
// Arguments are passed to vitest: `npm test -- packages/client`. Without a path it excludes the project `system` of
// vitest.config.ts, which `npm run test:all` (`--all`) runs as well.
//
// A file without a result, because its process ended, is run again, alone. In CI, so is a file with a failed test, because
// many tests measure real time and the machine may be busy. All of these are listed by name.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesToRepeat, summary } from './test-results.mjs';
import { turbo } from './turbo.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, '.test-results');
const isCi = process.env.CI === 'true';
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** The result of each file; undefined if vitest did not finish. */
function run(args, name) {
  const report = join(results, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test-reporter.mjs')}`];
  spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, HOOKLINE_TEST_REPORT: report },
  });
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}

const args = process.argv.slice(2).filter((arg) => arg !== '--all');
const withoutSystem = args.length === process.argv.length - 2 && args.every((arg) => arg.startsWith('-'));

// Only the packed tarballs need the declarations, which take most of the build time.
turbo(withoutSystem ? 'build:js' : 'build');
const first = run(withoutSystem ? [...args, '--project=!system'] : args, 'first');
if (!first) {
  console.log('vitest did not finish');
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const repeated = new Map();
for (const path of filesToRepeat(first, { retries: isCi })) {
  console.log(`once more, alone: ${path}`);
  const file = run([path, '--maxWorkers=1'], 'repeated')?.files.find((one) => one.path === path);
  if (file) repeated.set(path, file);
}
const { passed, failed, lines } = summary(first, repeated, { skipsFail: isCi });
for (const line of lines) console.log(line);
if (isCi && lines.some((line) => line.startsWith('skipped: ')))
  console.log('In CI a skipped test is a failed one: npm run setup:system installs what they need.');
if (withoutSystem)
  console.log(
    'The packed tarballs, the fleet behind proxies and the talking demo are tested by npm run test:all.',
  );
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

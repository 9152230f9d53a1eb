// `npm test`: builds the packages, runs the tests, and ends with one line, `N passed, N failed`.
// Arguments go to vitest: `npm test -- packages/client`. Without a path it leaves out the project `system` of
// vitest.config.ts, which `npm run test:all` (`--all`) runs as well.
//
// A file that gave no result, because its process ended, is run once more, alone. In CI so is a file in which a test
// failed: many tests measure real time, and what else a machine does is not theirs to bear. All of it is told by name.
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

/** What came of each file; undefined where vitest did not come to its end. */
function run(words, name) {
  const report = join(results, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test-reporter.mjs')}`];
  spawnSync(process.execPath, [vitest, 'run', ...reporters, ...words], {
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

const words = process.argv.slice(2).filter((word) => word !== '--all');
const leavesOut = words.length === process.argv.length - 2 && words.every((word) => word.startsWith('-'));

// The packed tarballs alone need the declarations, which take most of the time of a build.
turbo(leavesOut ? 'build:js' : 'build');
const first = run(leavesOut ? [...words, '--project=!system'] : words, 'first');
if (!first) {
  console.log('vitest did not come to its end');
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const again = new Map();
for (const path of filesToRepeat(first, { retries: isCi })) {
  console.log(`once more, alone: ${path}`);
  const file = run([path, '--maxWorkers=1'], 'again')?.files.find((one) => one.path === path);
  if (file) again.set(path, file);
}
const { passed, failed, lines } = summary(first, again, { skipsFail: isCi });
for (const line of lines) console.log(line);
if (isCi && lines.some((line) => line.startsWith('skipped: ')))
  console.log('In CI a skipped test is a failed one: npm run setup:system installs what they need.');
if (leavesOut)
  console.log(
    'The packed tarballs, the fleet behind proxies and the talking demo are tested by npm run test:all.',
  );
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

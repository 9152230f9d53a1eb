// `npm test`: builds the packages, runs every test, and ends with one line, `N passed, N failed`.
// Arguments go to vitest: `npm test -- packages/client`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const report = join(root, '.test-results', 'vitest.json');

turbo('build');
rmSync(report, { force: true });
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

let results;
try {
  results = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.log('vitest wrote no report');
  console.log('0 passed, 1 failed');
  process.exit(status || 1);
}
const tests = results.testResults.flatMap((file) => file.assertionResults);
const count = (wanted) => tests.filter((test) => test.status === wanted).length;
// A file that cannot be loaded has no tests to fail.
const broken = results.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
const skipped = tests.filter(
  (test) => test.status === 'pending' || test.status === 'skipped' || test.status === 'todo',
);
for (const file of broken) console.log(`could not be run: ${file.name.slice(root.length + 1)}`);
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
const skipsFail = process.env.CI === 'true' ? skipped.length : 0;
if (skipsFail > 0)
  console.log('In CI a skipped test is a failed one: npm run setup:system installs what they need.');
const failed = count('failed') + broken.length + skipsFail;
console.log(`${count('passed')} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : (status ?? 1));

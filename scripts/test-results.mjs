/** What vitest says of a process of its own that ended: what it took with it is run again. */
const OF_THE_POOL = /^\[vitest-pool/;
/** Where so many files fail, it is no busy machine. */
const MOST_AGAIN = 10;

const isFailed = ({ tests, errors }) => errors.length > 0 || tests?.some(({ state }) => state === 'failed');

/** The paths of the files to run once more, alone: those that gave no result, and with `retries` those that failed. */
export function filesToRepeat({ files }, { retries }) {
  const wanted = files.filter((file) => !file.tests || (retries && isFailed(file)));
  const failed = wanted.filter(({ tests }) => tests);
  return wanted.filter(({ tests }) => !tests || failed.length <= MOST_AGAIN).map(({ path }) => path);
}

/**
 * What a run came to: counts, whether all is well, and the lines that name whatever was not simply passed. `again` holds
 * the second attempts at `filesToRepeat`, by path; of a file that did give a result the tests that had failed are
 * looked up in it.
 */
export function summary({ files, errors }, again, { skipsFail }) {
  const lines = [];
  const count = { passed: 0, failed: 0 };
  const fail = (line) => {
    count.failed += 1;
    lines.push(line);
  };
  for (const file of files) {
    const second = again.get(file.path);
    if (!file.tests)
      lines.push(`gave no result${second ? ', and was run once more, alone' : ''}: ${file.path}`);
    const { tests, errors: thrown } = file.tests ? file : (second ?? file);
    const secondStates = new Map(file.tests ? second?.tests?.map(({ name, state }) => [name, state]) : []);
    for (const { name, state } of tests ?? []) {
      const test = `${file.path} > ${name}`;
      if (state === 'passed') count.passed += 1;
      else if (state === 'skipped' && !skipsFail) lines.push(`skipped: ${test}`);
      else if (state === 'failed' && secondStates.get(name) === 'passed') {
        count.passed += 1;
        lines.push(`passed at the second attempt: ${test}`);
      } else fail(`${state}: ${test}`);
    }
    if (!tests) fail(`could not be run: ${[file.path, ...thrown].join(': ')}`);
    else for (const error of thrown) fail(`thrown outside of its tests: ${file.path}: ${error}`);
  }
  const isHealed = files.some(({ tests }) => !tests);
  for (const error of errors)
    if (!(isHealed && OF_THE_POOL.test(error))) fail(`thrown outside of any test: ${error}`);
  if (files.length === 0) fail('no test file was found');
  return { ...count, lines };
}

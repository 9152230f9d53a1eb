/** Vitest's message about a worker process that ended. Its files are run again. */
const POOL_ERROR = /^\[vitest-pool/;
/** If more files fail, the cause is not a busy machine. */
const MAX_REPEATED = 10;

const isFailed = ({ tests, errors }) => errors.length > 0 || tests?.some(({ state }) => state === 'failed');

/** The paths of the files to run again, alone: those without a result, and with `retries` those that failed. */
export function filesToRepeat({ files }, { retries }) {
  const wanted = files.filter((file) => !file.tests || (retries && isFailed(file)));
  const failed = wanted.filter(({ tests }) => tests);
  return wanted.filter(({ tests }) => !tests || failed.length <= MAX_REPEATED).map(({ path }) => path);
}

/**
 * The counts of a run, and a line for everything that did not simply pass. `repeated` contains the second results of
 * `filesToRepeat`, by path. For a file with a first result, only its failed tests are looked up there.
 */
export function summary({ files, errors }, repeated, { skipsFail }) {
  const lines = [];
  const count = { passed: 0, failed: 0 };
  const fail = (line) => {
    count.failed += 1;
    lines.push(line);
  };
  for (const file of files) {
    const second = repeated.get(file.path);
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
  const hasRepeated = files.some(({ tests }) => !tests);
  for (const error of errors)
    if (!(hasRepeated && POOL_ERROR.test(error))) fail(`thrown outside of any test: ${error}`);
  if (files.length === 0) fail('no test file was found');
  return { ...count, lines };
}

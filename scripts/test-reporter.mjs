import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/**
 * A vitest reporter that writes the result of each scheduled file, including files whose process ended without a report:
 * `{ files: [{ path, tests: [{ name, state }], errors }], errors }`. A file without `tests` gave no result; `errors` are
 * errors outside any test. `HOOKLINE_TEST_REPORT` is the path of the report.
 */
export default class TestReporter {
  #paths = [];
  #root = '';

  onInit(vitest) {
    this.#root = vitest.config.root;
  }

  onTestRunStart(specifications) {
    this.#paths = [...new Set(specifications.map(({ moduleId }) => moduleId))];
  }

  onTestRunEnd(modules, unhandled) {
    const results = new Map(modules.map((module) => [module.moduleId, module]));
    const files = this.#paths.map((path) => ({
      path: relative(this.#root, path).replaceAll('\\', '/'),
      ...resultOf(results.get(path)),
    }));
    const report = process.env.HOOKLINE_TEST_REPORT;
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, JSON.stringify({ files, errors: unhandled.map(textOf) }));
  }
}

function resultOf(module) {
  if (!module) return { errors: [] };
  const tests = [...module.children.allTests()].map((test) => ({
    name: test.fullName,
    state: test.result().state,
  }));
  const errors = module.errors().map(textOf);
  // The file could not be loaded, or its process ended during a test.
  const isIncomplete = tests.length === 0 || tests.some(({ state }) => state === 'pending');
  return isIncomplete ? { errors } : { tests, errors };
}

const textOf = ({ message, cause }) => (cause?.message ? `${message} ${cause.message}` : message);

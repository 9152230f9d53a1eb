import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/**
 * A reporter of vitest that writes what came of each file that was to be run, so that one whose process ended before
 * it told anything is missed: `{ files: [{ path, tests: [{ name, state }], errors }], errors }`. A file without `tests`
 * gave no result; `errors` are what was thrown outside of any test. Where: `HOOKLINE_TEST_REPORT`.
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
    const told = new Map(modules.map((module) => [module.moduleId, module]));
    const files = this.#paths.map((path) => ({
      path: relative(this.#root, path).replaceAll('\\', '/'),
      ...resultOf(told.get(path)),
    }));
    const report = process.env.HOOKLINE_TEST_REPORT;
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, JSON.stringify({ files, errors: unhandled.map(wordsOf) }));
  }
}

function resultOf(module) {
  if (!module) return { errors: [] };
  const tests = [...module.children.allTests()].map((test) => ({
    name: test.fullName,
    state: test.result().state,
  }));
  const errors = module.errors().map(wordsOf);
  // It could not be loaded, or its process ended in one of its tests.
  const isCut = tests.length === 0 || tests.some(({ state }) => state === 'pending');
  return isCut ? { errors } : { tests, errors };
}

const wordsOf = ({ message, cause }) => (cause?.message ? `${message} ${cause.message}` : message);

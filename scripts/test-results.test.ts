import { expect, test } from 'vitest';
import { filesToRepeat, summary } from './test-results.mjs';

type State = 'passed' | 'failed' | 'skipped';
const file = (path: string, states: Record<string, State> | undefined, errors: string[] = []) => ({
  path,
  errors,
  ...(states ? { tests: Object.entries(states).map(([name, state]) => ({ name, state })) } : {}),
});
const run = (files: ReturnType<typeof file>[], errors: string[] = []) => ({ files, errors });
const again = (...files: ReturnType<typeof file>[]) => new Map(files.map((one) => [one.path, one]));
const NO_RESULT = '[vitest-pool]: Worker forks emitted error. Worker exited unexpectedly';

test('a file without a result is run again; a failed file is run again only in CI', () => {
  const first = run(
    [file('a', { one: 'passed' }), file('b', undefined), file('c', { one: 'failed' })],
    [NO_RESULT],
  );
  expect(filesToRepeat(first, { retries: false })).toEqual(['b']);
  expect(filesToRepeat(first, { retries: true })).toEqual(['b', 'c']);
});

test('if more than ten files fail, none of them is run again', () => {
  const failing = Array.from({ length: 11 }, (_, index) => file(`f${index}`, { one: 'failed' }));
  expect(filesToRepeat(run([...failing, file('silent', undefined)]), { retries: true })).toEqual(['silent']);
  expect(filesToRepeat(run(failing.slice(1)), { retries: true })).toHaveLength(10);
});

test('a file without a result is listed, and its second attempt counts', () => {
  const first = run([file('a', { one: 'passed' }), file('b', undefined)], [NO_RESULT]);
  const second = again(file('b', { two: 'passed', three: 'failed' }));
  expect(summary(first, second, { skipsFail: false })).toEqual({
    passed: 2,
    failed: 1,
    lines: ['gave no result, and was run once more, alone: b', 'failed: b > three'],
  });
});

test('a file without a result in its last attempt has failed', () => {
  const first = run([file('a', undefined), file('b', undefined, ['no such module'])], [NO_RESULT]);
  expect(summary(first, again(file('a', undefined)), { skipsFail: false })).toEqual({
    passed: 0,
    failed: 2,
    lines: [
      'gave no result, and was run once more, alone: a',
      'could not be run: a',
      'gave no result: b',
      'could not be run: b: no such module',
    ],
  });
});

test('a test that passes at the second attempt is counted as passed and listed; one that fails again has failed', () => {
  const first = run([file('a', { one: 'failed', two: 'failed', three: 'passed', four: 'failed' })]);
  const second = again(file('a', { one: 'passed', two: 'failed', three: 'failed' }));
  expect(summary(first, second, { skipsFail: false })).toEqual({
    passed: 2,
    failed: 2,
    lines: ['passed at the second attempt: a > one', 'failed: a > two', 'failed: a > four'],
  });
});

test('an error outside any test fails the run, even if all tests pass', () => {
  const first = run([file('a', { one: 'passed' }, ['in a hook'])], ['late', NO_RESULT]);
  expect(summary(first, again(file('a', { one: 'passed' })), { skipsFail: false })).toEqual({
    passed: 1,
    failed: 3,
    lines: [
      'thrown outside of its tests: a: in a hook',
      'thrown outside of any test: late',
      `thrown outside of any test: ${NO_RESULT}`,
    ],
  });
});

test('a skipped test is listed, and fails where skipping is not allowed', () => {
  const first = run([file('a', { one: 'skipped' })]);
  expect(summary(first, new Map(), { skipsFail: false })).toEqual({
    passed: 0,
    failed: 0,
    lines: ['skipped: a > one'],
  });
  expect(summary(first, new Map(), { skipsFail: true })).toMatchObject({ failed: 1 });
});

test('a run without files has failed', () => {
  expect(summary(run([]), new Map(), { skipsFail: false })).toMatchObject({ passed: 0, failed: 1 });
});

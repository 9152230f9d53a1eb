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
const DIED = '[vitest-pool]: Worker forks emitted error. Worker exited unexpectedly';

test('a file that gave no result is run once more, one that failed in CI only', () => {
  const first = run(
    [file('a', { one: 'passed' }), file('b', undefined), file('c', { one: 'failed' })],
    [DIED],
  );
  expect(filesToRepeat(first, { retries: false })).toEqual(['b']);
  expect(filesToRepeat(first, { retries: true })).toEqual(['b', 'c']);
});

test('where more than ten files fail, none of them is run once more', () => {
  const failing = Array.from({ length: 11 }, (_, index) => file(`f${index}`, { one: 'failed' }));
  expect(filesToRepeat(run([...failing, file('silent', undefined)]), { retries: true })).toEqual(['silent']);
  expect(filesToRepeat(run(failing.slice(1)), { retries: true })).toHaveLength(10);
});

test('a file that gave no result is named, and counted by its second attempt', () => {
  const first = run([file('a', { one: 'passed' }), file('b', undefined)], [DIED]);
  const second = again(file('b', { two: 'passed', three: 'failed' }));
  expect(summary(first, second, { skipsFail: false })).toEqual({
    passed: 2,
    failed: 1,
    lines: ['gave no result, and was run once more, alone: b', 'failed: b > three'],
  });
});

test('a file that gave no result twice, or was not tried again, has failed', () => {
  const first = run([file('a', undefined), file('b', undefined, ['no such module'])], [DIED]);
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

test('a test that passes at the second attempt is counted so and named, one that fails again has failed', () => {
  const first = run([file('a', { one: 'failed', two: 'failed', three: 'passed', four: 'failed' })]);
  const second = again(file('a', { one: 'passed', two: 'failed', three: 'failed' }));
  expect(summary(first, second, { skipsFail: false })).toEqual({
    passed: 2,
    failed: 2,
    lines: ['passed at the second attempt: a > one', 'failed: a > two', 'failed: a > four'],
  });
});

test('what is thrown outside of any test has failed, whatever passes', () => {
  const first = run([file('a', { one: 'passed' }, ['in a hook'])], ['late', DIED]);
  expect(summary(first, again(file('a', { one: 'passed' })), { skipsFail: false })).toEqual({
    passed: 1,
    failed: 3,
    lines: [
      'thrown outside of its tests: a: in a hook',
      'thrown outside of any test: late',
      `thrown outside of any test: ${DIED}`,
    ],
  });
});

test('a skipped test is named, and has failed where skipping is not allowed', () => {
  const first = run([file('a', { one: 'skipped' })]);
  expect(summary(first, new Map(), { skipsFail: false })).toEqual({
    passed: 0,
    failed: 0,
    lines: ['skipped: a > one'],
  });
  expect(summary(first, new Map(), { skipsFail: true })).toMatchObject({ failed: 1 });
});

test('a run of no file has failed', () => {
  expect(summary(run([]), new Map(), { skipsFail: false })).toMatchObject({ passed: 0, failed: 1 });
});

import { expect, it } from 'vitest';
import { describeValue } from './describe-value.js';

it('shows a text on one line and without control characters, which could rewrite a terminal', () => {
  expect(describeValue('a\u202eb\u009b2J\u2028\n')).toBe('the string "a\\u202eb\\u009b2J\\u2028\\n"');
});

it('says that a text is longer than what it shows of it', () => {
  expect(describeValue('9'.repeat(1000))).toBe(`the string "${'9'.repeat(60)}"…`);
});

it('tells an array and a promise from other objects', () => {
  expect([[], Promise.resolve(), {}, null].map(describeValue)).toEqual([
    'an array',
    'a promise',
    'an object',
    'null',
  ]);
});

it('never throws', () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  expect(describeValue(proxy)).toBe('an object');
});

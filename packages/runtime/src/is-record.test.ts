import { expect, it } from 'vitest';
import { isRecord } from './is-record.js';

it.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [null, false],
  [undefined, false],
  [[], false],
  ['text', false],
  [() => {}, false],
])('tells an object with named fields from other values: %o', (value, expected) => {
  expect(isRecord(value)).toBe(expected);
});

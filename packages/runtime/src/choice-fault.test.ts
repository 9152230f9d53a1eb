import { expect, it } from 'vitest';
import { choiceFault } from './choice-fault.js';

it.each([['le'], ['be']])('takes %s, which is one of the choices', (value) => {
  expect(choiceFault('byteOrder', value, ['le', 'be'])).toBeUndefined();
});

it.each<[unknown, string]>([
  ['LE', '"LE"'],
  ['', '""'],
  ['\u202e', '"\\u202e"'],
  [undefined, 'undefined'],
  [10n, 'a bigint'],
  [['le'], 'an array'],
])('names the field, the received value and the choices for %s', (value, got) => {
  expect(choiceFault('byteOrder', value, ['le', 'be'])).toBe(`byteOrder is ${got}; expected "le" or "be"`);
});

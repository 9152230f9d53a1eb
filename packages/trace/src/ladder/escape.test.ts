import { describe, expect, test } from 'vitest';
import { printable } from './escape.js';

describe('printable', () => {
  test('keeps two combining marks on a letter and escapes further ones', () => {
    expect(printable('a\u0301\u0302\u0303b\u0301', true)).toBe('a\u0301\u0302\\u{303}b\u0301');
  });

  test('truncates a text of more than 1000 characters, and no shorter one', () => {
    expect(printable('x'.repeat(1000), true)).toBe('x'.repeat(1000));
    expect(printable('x'.repeat(1001), true)).toBe(`${'x'.repeat(997)}...`);
  });

  test('escapes a combining mark without a letter, which would attach to the preceding text', () => {
    expect(printable('\u0301a', true)).toBe('\\u{301}a');
  });

  test.each([
    ['\0', '\\x00'],
    ['\x1f', '\\x1f'],
    [' ', ' '],
    ['~', '~'],
    ['\x7f', '\\x7f'],
    ['\xff', '\\xff'],
    ['\u0100', '\\u{100}'],
    ['\u{1f600}', '\\u{1f600}'],
  ])('writes %j in ASCII as %s', (character, shown) => {
    expect(printable(character, false)).toBe(shown);
  });
});

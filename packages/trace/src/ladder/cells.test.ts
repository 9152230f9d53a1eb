import { describe, expect, test } from 'vitest';
import { columnWidth, fit, pad, wrapText } from './cells.js';

describe('a text in a row', () => {
  test.each([
    ['abc', 4, 'abc'],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['日本', 4, '日本'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['\u1112\u1161\u11ab\u1100\u1173\u11af', 4, '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ])('is truncated: %s in %i cells', (text, width, shown) => {
    expect(fit(text, width, '…')).toBe(shown);
    expect(columnWidth(shown)).toBeLessThanOrEqual(width);
  });

  test.each([
    ['ab cd', 5, ['ab cd']],
    ['ab cd', 4, ['ab', 'cd']],
    ['ab  cd', 6, ['ab  cd']],
    ['ab  cd', 5, ['ab', 'cd']],
    ['abcdef', 3, ['abc', 'def']],
    ['abcdefg', 3, ['abc', 'def', 'g']],
    ['', 3, ['']],
    ['ab   ', 3, ['ab']],
    ['   ', 3, ['']],
  ])('is wrapped: %j in %i cells', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  test('is wrapped at once if it consists of a hundred thousand spaces', () => {
    const { user } = process.cpuUsage();
    expect(wrapText(`a${' '.repeat(100_000)}`, 10)).toEqual(['a']);
    // A pattern that starts again at each space needs seconds.
    expect(process.cpuUsage().user - user).toBeLessThan(500_000);
  });

  test('has a first line of a different width', () => {
    expect(wrapText('ab cd ef', 5, 2)).toEqual(['ab', 'cd ef']);
    expect(wrapText('ab cd ef', 2, 5)).toEqual(['ab cd', 'ef']);
  });

  test('is padded to its width, and never truncated by padding', () => {
    expect([pad('ab', 4), pad('ab', 2), pad('abc', 2)]).toEqual(['ab  ', 'ab', 'abc']);
  });
});

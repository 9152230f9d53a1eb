import { expect, it } from 'vitest';
import { plainText } from './text.js';

it('escapes what would move the cursor, break the line or turn the text around', () => {
  expect(plainText('a\u001b[2Jb\u009b1mc\nd\u202ee\u2028f')).toBe(
    'a\\u{1b}[2Jb\\u{9b}1mc\\u{a}d\\u{202e}e\\u{2028}f',
  );
});

it('leaves all other text as it is', () => {
  expect(plainText('reservationId="R-17" · Grüße, 東京 ✓')).toBe('reservationId="R-17" · Grüße, 東京 ✓');
});

import { expect, it } from 'vitest';
import { escapeControls } from './text.js';

it('escapes characters that move the cursor, break the line or reverse the text', () => {
  expect(escapeControls('a\u001b[2Jb\u009b1mc\nd\u202ee\u2028f')).toBe(
    'a\\u{1b}[2Jb\\u{9b}1mc\\u{a}d\\u{202e}e\\u{2028}f',
  );
});

it('does not change other text', () => {
  expect(escapeControls('reservationId="R-17" · Grüße, 東京 ✓')).toBe('reservationId="R-17" · Grüße, 東京 ✓');
});

import { expect, it } from 'vitest';
import { lostWhileClosing } from './lost.js';

it.each([
  [{ code: 1000, reason: '' }, 'AC-CLOSE-1'],
  [{ code: 1007, reason: 'by the bot itself' }, 'AC-CLOSE-1'],
  [{ code: 1006, reason: '' }, 'AC-CLOSE-1'],
  [{ code: 1006, reason: '', error: new Error('read ECONNRESET') }, 'AC-CLOSE-1'],
  [{ code: 1007, reason: '', error: new Error('Invalid UTF-8 sequence') }, 'AC-CLOSE-1'],
])('the loss of a connection before `closed` by %o breaks %s', (end, clause) => {
  expect(lostWhileClosing(end)).toMatchObject({
    clause,
    text: expect.stringContaining('before closed arrived'),
  });
});

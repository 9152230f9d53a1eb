import { describe, expect, test } from 'vitest';
import { API_KEY, NONCE, requestHead, SIGNATURE } from '../../test/a-call.js';
import { createRedactor } from './redactor.js';

describe('a redactor', () => {
  test('masks key, signature, keyid and nonce in a request, and nothing else', () => {
    expect(createRedactor().head(requestHead)).toBe(
      requestHead.replaceAll(API_KEY, 'de***').replace(SIGNATURE, 'NZ***').replace(NONCE, 'VG***'),
    );
  });

  test.each([
    ['a header in any case, with odd blanks', 'x-ApI-kEy :\t topsecret1', 'x-ApI-kEy :\t to***'],
    [
      'a folded header',
      'X-API-KEY: topsecret1\r\n topsecret2\r\nHost: a',
      'X-API-KEY: to***\r\n ***\r\nHost: a',
    ],
    ['a signature that is none', 'Signature: topsecret1', 'Signature: to***'],
    [
      'an unclosed quote',
      'Signature-Input: sig1=();keyid="topsecret1 x',
      'Signature-Input: sig1=();keyid="to***"',
    ],
    ['a short key', 'X-API-KEY: abc', 'X-API-KEY: ***'],
    ['other credentials', 'Authorization: Bearer topsecret1', 'Authorization: Be***'],
    ['a cookie that a bot sets', 'Set-Cookie: sid=topsecret1', 'Set-Cookie: si***'],
  ])('masks %s', (_, field, expected) => {
    const head = (text: string) => `GET / HTTP/1.1\r\n${text}\r\n\r\n`;
    expect(createRedactor().head(head(field))).toBe(head(expected));
  });

  test('masks secrets in a target and keeps the rest of it', () => {
    expect(createRedactor().head('GET /b/x?tier=gold&access_token=topsecret1 HTTP/1.1\r\n')).toBe(
      'GET /b/x?tier=gold&access_token=to*** HTTP/1.1\r\n',
    );
    expect(createRedactor().url('ws://localhost:80/a@b?x=1')).toBe('ws://localhost:80/a@b?x=1');
  });

  test('masks what it has masked before wherever it comes again, in JSON too', () => {
    const redactor = createRedactor();
    redactor.head('GET / HTTP/1.1\r\nX-API-KEY: quo"te/key\r\n\r\n');
    expect(redactor.text(JSON.stringify({ info: 'key quo"te/key' }))).toBe('{"info":"key qu***"}');
  });

  test('leaves words alone that only look like a key of a few letters', () => {
    const redactor = createRedactor();
    redactor.head('GET / HTTP/1.1\r\nX-API-KEY: open\r\n\r\n');
    expect(redactor.text('{"type":"open"}')).toBe('{"type":"open"}');
  });
});

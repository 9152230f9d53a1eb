import { describe, expect, test } from 'vitest';
import { createRedactor, PLACEHOLDER_API_KEY, redactEvent } from './redaction.js';

const API_KEY = 'demo-key-7Q2';
const SIGNATURE = 'NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=';
const NONCE = 'VGhpc0lzQVVuaXF1ZU5vbmNl';
const requestHead = [
  'GET /book HTTP/1.1',
  'Host: localhost:8080',
  'Upgrade: websocket',
  `X-API-KEY: ${API_KEY}`,
  `Signature-Input: sig1=("@request-target" "x-api-key");keyid="${API_KEY}";nonce="${NONCE}";alg="hmac-sha256"`,
  `Signature: sig1=:${SIGNATURE}:`,
  '',
  '',
].join('\r\n');

describe('a redactor', () => {
  test('masks only key, signature, keyid and nonce in a request', () => {
    expect(createRedactor().head(requestHead)).toBe(
      requestHead.replaceAll(API_KEY, 'de***').replace(SIGNATURE, 'NZ***').replace(NONCE, 'VG***'),
    );
  });

  test('masks the API key that stands for none in the request, but not where the word comes again', () => {
    expect(PLACEHOLDER_API_KEY).toBe('hookline');
    for (const redactor of [createRedactor(), createRedactor([PLACEHOLDER_API_KEY])]) {
      expect(redactor.head('GET / HTTP/1.1\r\nX-API-KEY: hookline')).toBe(
        'GET / HTTP/1.1\r\nX-API-KEY: ho***',
      );
      expect(redactor.text('This bot was made with hookline.')).toBe('This bot was made with hookline.');
    }
  });

  test('seeks 32 values that it found besides the API key that stands for none', () => {
    const redactor = createRedactor();
    const keys = Array.from({ length: 32 }, (_, index) => `found-key-${index}-end`);
    for (const key of [PLACEHOLDER_API_KEY, ...keys]) redactor.head(`GET / HTTP/1.1\r\nX-API-KEY: ${key}`);
    expect(redactor.text(keys.join(' '))).toBe(keys.map(() => 'fo***').join(' '));
  });

  test.each([
    ['first', ['topsecret1', 'topsecret1-and-more']],
    ['last', ['topsecret1-and-more', 'topsecret1']],
  ])('leaves nothing of a secret that begins with another, which it was told %s', (_, secrets) => {
    const redactor = createRedactor(secrets);
    expect(redactor.text('it says topsecret1-and-more, and topsecret1')).toBe('it says to***, and to***');
  });

  test('masks names and strings of a JSON value, and leaves numbers with the digits of a secret as they are', () => {
    const redactor = createRedactor(['000000', 'say "topsecret1"']);
    const value = { ms: 300.00000000000006, texts: ['key 000000', 'say "topsecret1"'], 'is 000000': null };
    expect(redactor.json(value)).toEqual({
      ms: 300.00000000000006,
      texts: ['key 00***', 'sa***'],
      'is 00***': null,
    });
    expect(value.texts).toEqual(['key 000000', 'say "topsecret1"']);
    expect(redactor.json(undefined)).toBeUndefined();
  });

  test('leaves nothing of a secret that begins with a pattern of String.replaceAll', () => {
    expect(createRedactor(['$&topsecret']).text('it says $&topsecret')).toBe('it says $&***');
  });

  test.each([
    ['a header in any case, with odd blanks', 'x-ApI-kEy :\t topsecret1', 'x-ApI-kEy :\t to***'],
    [
      'a folded header',
      'X-API-KEY: topsecret1\r\n topsecret2\r\nHost: a',
      'X-API-KEY: to***\r\n ***\r\nHost: a',
    ],
    ['an invalid signature', 'Signature: topsecret1', 'Signature: to***'],
    [
      'an unclosed quote',
      'Signature-Input: sig1=();keyid="topsecret1 x',
      'Signature-Input: sig1=();keyid="to***"',
    ],
    ['a short key', 'X-API-KEY: abc', 'X-API-KEY: ***'],
    ['a key of five letters', 'X-API-KEY: abcde', 'X-API-KEY: ***'],
    ['a key of six letters', 'X-API-KEY: abcdef', 'X-API-KEY: ab***'],
    ['a long key that ends like a mask', 'X-API-KEY: topsecret***', 'X-API-KEY: to***'],
    ['other credentials', 'Authorization: Bearer topsecret1', 'Authorization: Be***'],
    [
      'credentials that a proxy passes on',
      'X-Forwarded-Authorization: Bearer topsecret1',
      'X-Forwarded-Authorization: Be***',
    ],
    ['credentials by a wrong name', 'Authentication: Bearer topsecret1', 'Authentication: Be***'],
    [
      'credentials in a subprotocol',
      'Sec-WebSocket-Protocol: bearer.topsecret1',
      'Sec-WebSocket-Protocol: be***',
    ],
    [
      'a token after the name of its kind',
      'Sec-WebSocket-Protocol: jwt, eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
      'Sec-WebSocket-Protocol: jw***',
    ],
    ['another name for a key', 'Api-Key: topsecret1', 'Api-Key: to***'],
    ['a token', 'X-Auth-Token: topsecret1', 'X-Auth-Token: to***'],
    ['a key of a cloud', 'Ocp-Apim-Subscription-Key: topsecret1', 'Ocp-Apim-Subscription-Key: to***'],
    [
      'a redirect',
      'Location: wss://me:hunter22@a/b?access_token=topsecret1',
      'Location: wss://***@a/b?access_token=to***',
    ],
    [
      'a relative redirect',
      'location: //me:hunter22@a/b?api%6bey=topsecret1#t',
      'location: //***@a/b?api%6bey=to***#t',
    ],
    ['a fragment', 'Location: /b#id_token=topsecret1&x=1', 'Location: /b#id_token=to***&x=1'],
    ['a folded redirect', 'Location:\r\n /b?token=topsecret1', 'Location:\r\n /b?token=to***'],
    ['a link', 'Link: <https://a/b?sig=topsecret1>; rel="x"', 'Link: <https://a/b?sig=to***>; rel="x"'],
    ['a cookie that a bot sets', 'Set-Cookie: sid=topsecret1', 'Set-Cookie: si***'],
  ])('masks %s', (_, field, expected) => {
    const head = (text: string) => `GET / HTTP/1.1\r\n${text}\r\n\r\n`;
    expect(createRedactor().head(head(field))).toBe(head(expected));
  });

  test('masks secrets in a request target and keeps the rest', () => {
    expect(createRedactor().head('GET /b/x?tier=gold&access_token=topsecret1 HTTP/1.1\r\n')).toBe(
      'GET /b/x?tier=gold&access_token=to*** HTTP/1.1\r\n',
    );
    expect(createRedactor().url('ws://localhost:80/a@b?x=1')).toBe('ws://localhost:80/a@b?x=1');
  });

  test('masks the key in a subprotocol wherever it comes again, and not the words beside it', () => {
    const redactor = createRedactor();
    const field = 'Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-1234567890';
    redactor.head(`GET / HTTP/1.1\r\n${field}\r\n\r\n`);
    expect(redactor.text('realtime refused sk-1234567890')).toBe('realtime refused sk***');
  });

  test('masks earlier values in all later text, also in JSON', () => {
    const redactor = createRedactor();
    redactor.head('GET / HTTP/1.1\r\nX-API-KEY: quo"te/key\r\n\r\n');
    expect(redactor.text(JSON.stringify({ info: 'key quo"te/key' }))).toBe('{"info":"key qu***"}');
  });

  test('keeps the headers of the handshake', () => {
    const head =
      'GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: audiohook\r\nHost: a:1\r\n\r\n';
    expect(createRedactor().head(head)).toBe(head);
  });

  test.each([
    ['percent-encoded', encodeURIComponent],
    ['in base64', btoa],
    ['in base64 for URLs', (text: string) => Buffer.from(text).toString('base64url')],
    ['in a redirect', (text: string) => `wss://a/b?x=${text}`],
  ])('masks a key that is sent back %s', (_, form) => {
    const key = 'top/secret+key?>~';
    const redactor = createRedactor();
    redactor.head(`GET / HTTP/1.1\r\nX-API-KEY: ${key}\r\n\r\n`);
    expect(redactor.text(JSON.stringify({ said: form(key) }))).toMatch(
      /^\{"said":"(wss:\/\/a\/b\?x=)?to\*\*\*=*"\}$/,
    );
  });

  test('masks the secrets of a URL in a text, and in later text', () => {
    const redactor = createRedactor();
    expect(redactor.text('redirected to "wss://me:hunter22@a/b?access_token=topsecret1"; give that')).toBe(
      'redirected to "wss://***@a/b?access_token=to***"; give that',
    );
    expect(redactor.text('topsecret1 of hunter22')).toBe('to*** of hu***');
  });

  test('keeps words that only resemble a short key', () => {
    const redactor = createRedactor();
    redactor.head('GET / HTTP/1.1\r\nX-API-KEY: open\r\n\r\n');
    expect(redactor.text('{"type":"open"}')).toBe('{"type":"open"}');
  });
});

test('searches for values of six characters in each of their forms, but not for shorter ones', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const { text } = createRedactor(['ab-de', 'uv-xyz']);
  const short = `ab-de ${base64('ab-de')} ${encodeURIComponent('ab-de')}`;
  expect(text(short)).toBe(short);
  expect(text(`uv-xyz ${base64('uv-xyz')}`)).not.toMatch(new RegExp(`uv-xyz|${base64('uv-xyz')}`));
});

test('masks characters of any script in each form, and a secret of any length', () => {
  const secret = '密码'.repeat(50_000);
  expect(createRedactor([secret]).text(`said: ${Buffer.from(secret).toString('base64')}`)).toMatch(
    /^said: 密码\*{3}=*$/,
  );
});

test('does not stop the process with any text of the maximum length', () => {
  const parts = ['a.', '?a', 'a=', '//', 'keyid="', ':a', '\\"', '?token=secret', 'token=€', ' '];
  const { user } = process.cpuUsage();
  for (const part of parts) createRedactor().text(part.repeat(65_535).slice(0, 65_535));
  // A pattern whose time grows with the square of the length needs seconds.
  expect(process.cpuUsage().user - user).toBeLessThan(800_000);
});

test('masks a credential in the type of a message', () => {
  const text = '{"type":"topsecret1"}';
  const event = { kind: 'message', t: 0, dir: 'in', text, type: 'topsecret1' } as const;
  expect(redactEvent(createRedactor(['topsecret1']), event)).toEqual({
    ...event,
    text: '{"type":"to***"}',
    type: 'to***',
  });
});

test('masks the decoded value of a base64 secret in each of its forms', () => {
  const plain = '>>>a client secret???';
  const bytes = Buffer.from(plain);
  const { text } = createRedactor([bytes.toString('base64')]);
  const said = [plain, encodeURIComponent(plain), bytes.toString('hex'), bytes.toString('base64url')];
  expect(said.map((form) => text(`said: ${form}.`).slice(8))).toEqual(said.map(() => '***.'));
  const key = Buffer.from([200, 1, 2, 250, 251, 252, 9, 8, 7]);
  expect(createRedactor([key.toString('base64')]).text(`said: ${key.toString('hex')}.`)).toBe('said: yA***.');
});

import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { API_KEY_PATTERN } from './parameters.js';
import { decodeSecret } from './secret.js';

describe('decodeSecret', () => {
  it('decodes base64 with and without padding', () => {
    const expected = new TextEncoder().encode('Secret1');
    expect(decodeSecret('U2VjcmV0MQ==')).toEqual(expected);
    expect(decodeSecret('U2VjcmV0MQ')).toEqual(expected);
  });

  it('returns bytes unchanged', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(decodeSecret(bytes)).toBe(bytes);
  });

  it.each<[unknown, RegExp]>([
    ['', /it is empty/],
    [new Uint8Array(0), /it is empty/],
    ['U2Vjcm V0MQ==', /white space/],
    ['U2VjcmV0MQ==\n', /white space/],
    ['U2Vj-mV0MQ==', /URL-safe/],
    ['my pass!', /white space/],
    ['my-secret!', /URL-safe/],
    ['secret!', /not in the alphabet/],
    ['U2VjcmV0MQ=', /its 11 characters/],
    ['U2VjcmV0M', /its 9 characters/],
    ['U2Vj=mV0', /no whole number/],
    ['====', /no whole number/],
    [undefined, /got undefined/],
    [null, /got null/],
    [42, /got number/],
  ])('refuses %j with the reason', (secret, why) => {
    expect(() => decodeSecret(secret as string)).toThrow(why);
    expect(() => decodeSecret(secret as string)).toThrow(expect.objectContaining({ code: 'SECRET_INVALID' }));
  });

  it('does not show the secret', () => {
    expect(() => decodeSecret('hunter2-is-the-password')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('an API key', () => {
  it.each(['a', 'my-api-key', 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh', 'a+b/c_d-0', 'YQ==', 'YWI='])(
    verifies('AC-AUTH-8', 'fits the pattern: %s'),
    (key) => {
      expect(key).toMatch(API_KEY_PATTERN);
    },
  );

  it.each(['', '=', 'a b', 'schlüssel', 'a===', 'a=b', 'a\n', 'a.b', `${'a'.repeat(100_000)}!`])(
    'does not match it: %j',
    (key) => {
      expect(key).not.toMatch(API_KEY_PATTERN);
    },
  );
});

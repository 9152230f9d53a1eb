import { describe, expect, it, vi } from 'vitest';
import { headerLookup } from './header-lookup.js';
import { signatureBase } from './signature-base.js';
import { requestSignatureBase } from './signature-input.js';
import { type InnerList, isInnerList } from './structured-field.js';
import { parseDictionary } from './structured-field-parser.js';

const inputOf = (text: string): InnerList => {
  const member = parseDictionary(`sig1=${text}`).get('sig1');
  if (member === undefined || !isInnerList(member)) throw new Error('the test needs an inner list');
  return member;
};

const base = (input: string, ...headers: string[]) =>
  signatureBase(inputOf(input), {
    requestTarget: '/v1/bots/a?x=1',
    authority: 'bot.example.com:8443',
    headers: headerLookup(headers),
  });

describe('signatureBase', () => {
  it('writes a line for each component in the covered order, then the parameters', () => {
    expect(base('("x-a" "@authority" "@request-target");created=1;keyid="k"', 'X-A', 'v')).toBe(
      [
        '"x-a": v',
        '"@authority": bot.example.com:8443',
        '"@request-target": /v1/bots/a?x=1',
        '"@signature-params": ("x-a" "@authority" "@request-target");created=1;keyid="k"',
      ].join('\n'),
    );
  });

  it('ends without a newline, even if nothing is covered', () => {
    expect(base('()')).toBe('"@signature-params": ()');
  });

  it('joins the values of a repeated header', () => {
    expect(base('("x-a")', 'x-a', 'one', 'X-A', 'two')).toMatch(/^"x-a": one, two\n/);
  });

  it.each([
    ['\t  v \t', 'v'],
    ['a  b', 'a  b'],
    ['a \t\r\n \t b', 'a b'],
    ['a\r\n b\r\n\tc', 'a b c'],
    ['a\n"x-api-key": forged', 'a "x-api-key": forged'],
    ['a\rb', 'a b'],
    ['', ''],
  ])('writes the value %j as %j', (value, written) => {
    expect(base('("x-a")', 'x-a', value)).toBe(`"x-a": ${written}\n"@signature-params": ("x-a")`);
  });

  it('trims a run of spaces in linear time', () => {
    const value = `a${' '.repeat(20_000)}b${' '.repeat(20_000)}\r\n c`;
    const looks = vi.spyOn(String.prototype, 'charCodeAt');
    let count: number;
    try {
      base('("x-a")', 'x-a', value);
    } finally {
      count = looks.mock.calls.length;
      looks.mockRestore();
    }
    expect(count).toBeGreaterThan(20_000);
    expect(count).toBeLessThan(2 * value.length);
  });

  it.each([
    ['("x-b")', 'SIGNATURE_MISSING_COMPONENT', '"x-b"'],
    ['("X-A")', 'SIGNATURE_MISSING_COMPONENT', '"X-A"'],
    ['("@method")', 'SIGNATURE_UNSUPPORTED', '"@method"'],
    ['("@signature-params")', 'SIGNATURE_UNSUPPORTED', '"@signature-params"'],
    ['("x-a";sf)', 'SIGNATURE_UNSUPPORTED', '"x-a"'],
    ['("@authority";req)', 'SIGNATURE_UNSUPPORTED', '"@authority"'],
    ['("x-a" "x-a")', 'SIGNATURE_MALFORMED', '"x-a"'],
    ['(x-a)', 'SIGNATURE_MALFORMED', 'token'],
  ])('refuses %s as %s, naming %s', (input, code, name) => {
    expect(() => base(input, 'x-a', 'v')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) }),
    );
  });
});

describe('requestSignatureBase', () => {
  const baseOf = (...headers: string[]) =>
    requestSignatureBase({
      requestTarget: '/v1',
      authority: 'bot.example.com',
      headers: headerLookup(headers),
    });

  it('returns the base that the first signature in Signature-Input describes, without Signature', () => {
    expect(baseOf('Signature-Input', 'a=("@authority");created=1, b=("@request-target")')).toBe(
      '"@authority": bot.example.com\n"@signature-params": ("@authority");created=1',
    );
  });

  it.each([
    ['absent', []],
    ['empty', ['Signature-Input', '']],
    ['no dictionary', ['Signature-Input', 'a=(']],
    ['no list', ['Signature-Input', 'a=1']],
  ])('refuses a Signature-Input that is %s as malformed', (_how, headers) => {
    expect(() => baseOf(...headers)).toThrow(expect.objectContaining({ code: 'SIGNATURE_MALFORMED' }));
  });
});

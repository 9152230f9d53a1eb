import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type BareItem, type Item, type Member, StructuredFieldError } from './structured-field.js';
import { parseDictionary } from './structured-field-parser.js';
import { serializeDictionary, serializeItem } from './structured-field-serializer.js';

const item = (value: BareItem, parameters: [string, BareItem][] = []): Item => ({
  value,
  parameters: new Map(parameters),
});
const integer = (value: number): BareItem => ({ type: 'integer', value });
const decimal = (value: number): BareItem => ({ type: 'decimal', value });
const string = (value: string): BareItem => ({ type: 'string', value });
const token = (value: string): BareItem => ({ type: 'token', value });
const boolean = (value: boolean): BareItem => ({ type: 'boolean', value });
const bytes = (...value: number[]): BareItem => ({ type: 'byte-sequence', value: Uint8Array.from(value) });

/** The value of the only member. */
const parseMember = (text: string) => parseDictionary(`a=${text}`).get('a');

describe('parsing items', () => {
  it.each<[string, BareItem]>([
    ['0', integer(0)],
    ['-42', integer(-42)],
    ['999999999999999', integer(999_999_999_999_999)],
    ['1.0', decimal(1)],
    ['-123456789012.345', decimal(-123_456_789_012.345)],
    ['"a \\"b\\" \\\\"', string('a "b" \\')],
    ['""', string('')],
    ['*a/b:c', token('*a/b:c')],
    ['?1', boolean(true)],
    ['?0', boolean(false)],
    ['::', bytes()],
    [':AQID:', bytes(1, 2, 3)],
    [':AQ==:', bytes(1)],
    [':AQ:', bytes(1)],
    ['1  ', integer(1)],
  ])('accepts %s', (text, value) => {
    expect(parseMember(text)).toEqual(item(value));
  });

  it.each([
    '',
    ' ',
    '-',
    '--1',
    '1.',
    '.1',
    '1.1234',
    '1234567890123.0',
    '1000000000000000',
    '"a',
    '"a\\',
    '"a\\n"',
    '"\u00e9"',
    '"\u007f"',
    '"\t"',
    "'a'",
    'é',
    '?',
    '?2',
    '?true',
    ':AQ',
    ':A:',
    ':A===:',
    ':AQ=:',
    ':-_8=:',
    ':AQ ==:',
    ':A=Q=:',
    '1 2',
    '1;',
    '1;A=1',
    '1;a=',
    '\t1',
    '@1',
  ])('refuses %j', (text) => {
    expect(() => parseMember(text)).toThrow(StructuredFieldError);
  });

  it('names what was expected, where, and what was found', () => {
    expect(() => parseMember('1;A')).toThrow(
      'expected a key, which starts with "a" to "z" or "*" at position 4, found "A"',
    );
    expect(() => parseMember('"a')).toThrow(/closing quote at position 4, found the end/);
  });
});

describe('parsing dictionaries', () => {
  it('accepts members with parameters, inner lists and spaces around commas', () => {
    expect([...parseDictionary('  k=a;x;y=2 ,\tl=( "b";q=1.5  c );z, m=3  ').values()]).toEqual([
      item(token('a'), [
        ['x', boolean(true)],
        ['y', integer(2)],
      ]),
      {
        items: [item(string('b'), [['q', decimal(1.5)]]), item(token('c'))],
        parameters: new Map([['z', boolean(true)]]),
      },
      item(integer(3)),
    ]);
  });

  it('parses a key without a value as true', () => {
    expect(parseDictionary('a, b;x=1, c=?0')).toEqual(
      new Map([
        ['a', item(boolean(true))],
        ['b', item(boolean(true), [['x', integer(1)]])],
        ['c', item(boolean(false))],
      ]),
    );
  });

  it('keeps the first position and the last value of a repeated key', () => {
    expect([...parseDictionary('a=1, b=2, a=3')]).toEqual([
      ['a', item(integer(3))],
      ['b', item(integer(2))],
    ]);
  });

  it('keeps a key that names a property of objects', () => {
    expect(parseDictionary('constructor=1').get('constructor')).toEqual(item(integer(1)));
    expect(parseDictionary('a=1').get('constructor')).toBeUndefined();
  });

  it('parses an empty text as no members', () => {
    expect(parseDictionary('  ')).toEqual(new Map());
    expect(parseDictionary('')).toEqual(new Map());
  });

  it.each(['a,', 'a,,b', ',a', 'a b', '(a', '(a,b)', '("a""b")', 'a;', '((a))', 'a)'])(
    'refuses the members %j',
    (text) => {
      expect(() => parseMember(text)).toThrow(StructuredFieldError);
    },
  );

  it.each(['a=', 'A=1', '=1', 'a=1,', 'a=1 b=2', 'a==1', '"a"=1', 'a = 1'])(
    'refuses the dictionary %j',
    (text) => {
      expect(() => parseDictionary(text)).toThrow(StructuredFieldError);
    },
  );

  it.each([
    ['a run of blanks', (n: number) => `a=b${' '.repeat(n)}c`],
    ['a run of blanks in an inner list', (n: number) => `a=(b${' '.repeat(n)}`],
    ['blanks between members', (n: number) => `a=b${' ,'.repeat(n / 2)}`],
    ['a string without end', (n: number) => `a="${'a'.repeat(n)}`],
    ['a string of escapes', (n: number) => `a="${'\\"'.repeat(n / 2)}`],
    ['digits', (n: number) => `a=${'1'.repeat(n)}`],
    ['inner lists', (n: number) => 'a=(),'.repeat(n / 5)],
    ['base64 without end', (n: number) => `a=:${'A'.repeat(n)}`],
    ['byte sequences', (n: number) => 'a=::,'.repeat(n / 5)],
    ['parameters', (n: number) => `a${';a'.repeat(n / 2)}`],
    ['members', (n: number) => 'a,'.repeat(n / 2)],
  ])('takes linear time, at most three looks at a character: %s', (_name, hostile) => {
    const text = hostile(10_000);
    const looks = vi.spyOn(String.prototype, 'charCodeAt');
    let count: number;
    try {
      parseDictionary(text);
    } catch (error) {
      if (!(error instanceof StructuredFieldError)) throw error;
    } finally {
      count = looks.mock.calls.length;
      looks.mockRestore();
    }
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(3 * text.length);
  });
});

describe('serializing', () => {
  it.each<[BareItem, string]>([
    [decimal(0.0015), '0.002'],
    [decimal(0.0025), '0.002'],
    [decimal(-9.9995), '-10.0'],
    [decimal(-0.0001), '0.0'],
    [decimal(1), '1.0'],
    [decimal(10.25), '10.25'],
    [integer(-0), '0'],
    [bytes(), '::'],
    [string('a"\\'), '"a\\"\\\\"'],
  ])('writes %j as %s', (value, text) => {
    expect(serializeItem(item(value))).toBe(text);
  });

  it('writes only the given part of a buffer', () => {
    const value = Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5);
    expect(serializeItem(item({ type: 'byte-sequence', value }))).toBe(':AQID:');
  });

  it.each<BareItem>([
    integer(1.5),
    integer(1e15),
    integer(Number.NaN),
    decimal(1e12),
    decimal(Number.NaN),
    decimal(Number.POSITIVE_INFINITY),
    string('é'),
    string('\n'),
    token(''),
    token('1a'),
    token('a b'),
  ])('refuses to write %j', (value) => {
    expect(() => serializeItem(item(value))).toThrow(StructuredFieldError);
  });

  it.each(['', 'A', '1', 'a b'])('refuses to write the key %j', (key) => {
    expect(() => serializeDictionary(new Map([[key, item(integer(1))]]))).toThrow(StructuredFieldError);
  });
});

describe('any text and any value', () => {
  const syntax = fc.string({ unit: fc.constantFrom(...'ab1.-"\\:?;=(),* \tA='), maxLength: 40 });

  it('is parsed or refused with one kind of error', () => {
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string({ unit: 'binary' })), (text) => {
        for (const parse of [parseDictionary, parseMember]) {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(StructuredFieldError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,8}$/);
  const bare: fc.Arbitrary<BareItem> = fc.oneof(
    fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }).map((value) => integer(value)),
    fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }).map((value) => decimal(value / 1000)),
    fc.stringMatching(/^[ -~]{0,20}$/).map(string),
    fc.stringMatching(/^[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]{0,10}$/).map(token),
    fc.boolean().map(boolean),
    fc.uint8Array({ maxLength: 40 }).map((value) => bytes(...value)),
  );
  const parameters = fc.uniqueArray(fc.tuple(key, bare), { selector: ([name]) => name, maxLength: 4 });
  const anyItem: fc.Arbitrary<Item> = fc.tuple(bare, parameters).map(([value, list]) => item(value, list));
  const member: fc.Arbitrary<Member> = fc.oneof(
    anyItem,
    fc
      .tuple(fc.array(anyItem, { maxLength: 4 }), parameters)
      .map(([items, list]) => ({ items, parameters: new Map(list) })),
  );

  it('is parsed to the serialized value', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, member), { selector: ([name]) => name, maxLength: 5 }),
        (entries) => {
          expect([...parseDictionary(serializeDictionary(new Map(entries)))]).toEqual(entries);
        },
      ),
    );
  });
});

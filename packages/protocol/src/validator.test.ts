import { FormatRegistry, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import { afterEach, expect, describe as group, it, vi } from 'vitest';
import { describe, describeName, validator } from './validator.js';

const Greeting = Type.Object({ name: Type.String(), age: Type.Optional(Type.Integer({ minimum: 0 })) });

group('validator', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('compiles at the first check, and only once', () => {
    const compile = vi.spyOn(TypeCompiler, 'Compile');
    const greeting = validator(Greeting);
    expect(compile).not.toHaveBeenCalled();
    expect([greeting.check({ name: 'Ann' }), greeting.check({})]).toEqual([true, false]);
    expect(compile).toHaveBeenCalledOnce();
  });

  it('interprets the schema where code generation is forbidden', () => {
    vi.spyOn(TypeCompiler, 'Compile').mockImplementation(() => {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
    const greeting = validator(Greeting);
    expect([greeting.check({ name: 'Ann', age: 7 }), greeting.check({ name: 5 })]).toEqual([true, false]);
  });

  it.each([
    [null, '', 'null', 'an object'],
    [{}, '/name', 'nothing', 'a string'],
    [{ name: 'Ann', age: 'old' }, '/age', '"old"', 'an integer'],
    [{ name: 'Ann', age: null }, '/age', 'null', 'an integer, or the field left out'],
    [{ name: null }, '/name', 'null', 'a string'],
    [{ name: 'Ann', age: -1 }, '/age', '-1', 'integer to be greater or equal to 0'],
  ])('explains the fault of %j', (value, path, got, expected) => {
    expect(validator(Greeting).explain(value)).toEqual({ path, got, expected });
  });

  it('explains that a field of any type is missing', () => {
    const entity = validator(Type.Object({ data: Type.Unknown() }));
    expect(entity.explain({})).toEqual({ path: '/data', got: 'nothing', expected: 'a value' });
  });

  it('explains in a phrase what none of several types allow', () => {
    const either = validator(Type.Union([Type.String(), Type.Object({})]));
    expect(either.explain(5)).toEqual({ path: '', got: '5', expected: 'union value' });
  });

  it.each([
    [Type.String({ minLength: 2 }), 'a string of at least 2 characters'],
    [Type.String({ maxLength: 1 }), 'a string of at most 1 character'],
    [Type.String({ pattern: '^\\d+$' }), 'a string that matches /^\\d+$/'],
    [Type.RegExp(/^a/i), 'a string that matches /^a/i'],
    [Type.TemplateLiteral([Type.Literal('id-'), Type.Literal('1')]), 'a string that matches /^id-1$/'],
    [
      Type.String({ format: 'iban' }),
      'a string of the format iban, which is unknown: set it in the FormatRegistry of @sinclair/typebox',
    ],
  ])('says what a string does not match: %j', (schema, expected) => {
    const value = schema.minLength === undefined ? 'xx' : 'x';
    expect(validator(schema).explain(value)).toMatchObject({ expected });
  });

  it('names a format that a string does not have', () => {
    FormatRegistry.Set('even', (text) => text.length % 2 === 0);
    expect(validator(Type.String({ format: 'even' })).explain('x').expected).toBe(
      'a string of the format even',
    );
    FormatRegistry.Delete('even');
  });
});

group('describe', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['a "quoted" text', '"a \\"quoted\\" text"'],
    [42, '42'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [[1, 2, 3], 'an array of 3'],
    [{ secret: 'x' }, 'an object'],
    [10n, 'a bigint'],
    [Symbol('s'), 'a symbol'],
    [() => {}, 'a function'],
    ['line\nbreak\u2028and\u202eturn\u001b[31m', '"line\\nbreak\\u2028and\\u202eturn\\u001b[31m"'],
    ['\ud800 alone', '"\\ud800 alone"'],
    ['x'.repeat(70), `"${'x'.repeat(60)}"…`],
  ])('describes %s as %s', (value, words) => {
    expect(describe(value)).toBe(words);
  });

  it('describes any value in one short printable line and never throws', () => {
    const oneLine = (value: unknown) => /^[^\p{C}\p{Zl}\p{Zp}]{1,400}$/u.test(describe(value));
    fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), oneLine));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), oneLine));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(oneLine(proxy)).toBe(true);
  });
});

group('describeName', () => {
  it.each([
    ['playback_started', 'playback_started'],
    ['/parameters/media/0', '/parameters/media/0'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['x'.repeat(101), `"${'x'.repeat(60)}"…`],
    ['two words', '"two words"'],
    ['', '""'],
    ['\u001b[31m\u202e', '"\\u001b[31m\\u202e"'],
  ])('describes the name %j as %s', (name, words) => {
    expect(describeName(name)).toBe(words);
  });
});

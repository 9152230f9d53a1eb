import { describe, expect, test } from 'vitest';
import { prepareRealtime } from '../src/index.js';
import { scripted } from '../src/testing/index.js';
import { schemaFault } from '../src/tools/json-schema-check.js';
import { bridged } from './bridged.js';

const object = (properties: object) => ({ type: 'object', properties }) as const;

describe('a pattern in the parameters of a tool', () => {
  test.each([
    // Allowed without the flag `u` only.
    ['^\\d{3}\\-\\d{4}$', '555-1234', '5551234'],
    ['^[\\w\\-]+$', 'a-b', 'a b'],
    ['^.{2,3}$', '😀😀', '😀'],
    ['^\\p{Lu}', 'Ärger', 'ärger'],
  ])('is checked whether or not it is valid with the flag u: %s', (pattern, right, wrong) => {
    const schema = object({ phone: { type: 'string', pattern } });
    expect(schemaFault(schema, { phone: right })).toBeUndefined();
    expect(schemaFault(schema, { phone: wrong })).toBe(`phone must match ${pattern}`);
  });

  const bad = { type: 'string', pattern: '^(' };
  test.each([
    ['phone', object({ phone: bad })],
    ['contact.phone', object({ contact: object({ phone: bad }) })],
    ['phones.*', object({ phones: { type: 'array', items: bad } })],
    ['*', { type: 'object', additionalProperties: bad } as const],
    ['phone', object({ phone: { anyOf: [{ type: 'null' }, bad] } })],
    ['the arguments', { type: 'object', allOf: [bad] } as const],
  ])('that is no regular expression is refused at once: of %s', async (where, parameters) => {
    const tools = { book: { description: '', parameters, run() {} } };
    const message = `tools.book.parameters: the pattern of ${where} is "^("; expected a regular expression of JavaScript.`;
    const it = bridged({ tools });
    expect((await it.clock.run(it.call.result)).path).toBe('failure');
    expect(it.errors).toEqual([expect.objectContaining({ code: 'REALTIME_BAD_TOOL', message })]);
    await it.clock.run(it.call.closed);
    expect(() => prepareRealtime(scripted(), { tools })).toThrow(message);
  });

  test.each(['^\\p{Lu}\\-$', '^\\u{41}\\-$', '\\P{Lu}{'])(
    'that would match something else without the flag u, which refuses it, is refused at once: %s',
    (pattern) => {
      const tools = { book: { description: '', parameters: object({ phone: { pattern } }), run() {} } };
      expect(() => prepareRealtime(scripted(), { tools })).toThrow(
        `${JSON.stringify(pattern)}; expected a regular expression of JavaScript, valid with the flag u.`,
      );
    },
  );

  test('with a backslash before p{ is checked without the flag u', () => {
    const schema = object({ name: { pattern: '^\\\\p{1}\\-$' } });
    expect(schemaFault(schema, { name: '\\p-' })).toBeUndefined();
  });

  test('is found neither in a property of that name nor in values', async () => {
    const parameters = {
      ...object({ pattern: { type: 'string', enum: ['('], default: { pattern: '(' } } }),
      examples: [{ pattern: '(' }],
    };
    const it = bridged({ tools: { book: { description: '', parameters, run() {} } } });
    it.call.hangup();
    await it.clock.run(it.call.closed);
    expect(it.errors).toEqual([]);
  });
});

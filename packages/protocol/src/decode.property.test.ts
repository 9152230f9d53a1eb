import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../vectors/messages.json' with { type: 'json' };
import { decodeClientMessage, decodeServerMessage } from './decode.js';
import { clientMessages, serverMessages } from './messages/index.js';

const texts = vectors.accept.map((each) => ('text' in each ? each.text : JSON.stringify(each.message)) ?? '');

/** Objects with keys that mean something to JavaScript, to the protocol, or nothing. */
const keys = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'),
  fc.constantFrom(
    'version',
    'id',
    'type',
    'seq',
    'serverseq',
    'clientseq',
    'position',
    'parameters',
    'media',
  ),
  fc.string(),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.jsonValue({ maxDepth: 1 }),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.array(fc.tuple(keys, tie('value')), { maxLength: 6 }).map(
    // Built as text, because JSON.stringify cannot write `__proto__` or a duplicate key.
    (entries) =>
      `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${typeof value === 'string' && value.startsWith('{') ? value : JSON.stringify(value)}`).join(',')}}`,
  ),
}));

/** Every name that a schema of a message gives to one of its own fields or parameters. */
const NAMED = new Set(
  [...Object.values(clientMessages), ...Object.values(serverMessages)].flatMap(({ properties }) => [
    ...Object.keys(properties),
    ...Object.keys(properties.parameters.properties),
  ]),
);

/** A text of the vectors with a modified character or part. */
const mutated = fc
  .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(20), fc.string())
  .map(([text, at, length, by]) => {
    const from = at % text.length;
    return text.slice(0, from) + by + text.slice(from + length);
  });

describe('decode of anything', () => {
  const neverThrows = (text: string) => {
    for (const decoded of [decodeClientMessage(text), decodeServerMessage(text)]) {
      expect(decoded.kind).toMatch(/^(?:message|unknown|fault)$/);
    }
  };

  it('never throws on arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), neverThrows), { numRuns: 500 });
  });

  it('never throws on arbitrary bytes read as text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => neverThrows(new TextDecoder().decode(bytes))),
      { numRuns: 500 },
    );
  });

  it('never throws on objects with prototype keys', () => {
    fc.assert(fc.property(json['object'] as fc.Arbitrary<string>, neverThrows), { numRuns: 1000 });
  });

  it('takes a message with a field more that its side does not define, whatever its name and value', () => {
    const accepted = vectors.accept.filter((each) => 'message' in each && each.message !== undefined);
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, 'PT1M15.25S', '2026-01-01T00:00:00.000Z', 'PT99999999.5S', {}, []),
    );
    fc.assert(
      fc.property(fc.constantFrom(...accepted), keys, values, fc.boolean(), (each, key, value, inside) => {
        const message: Record<string, object> = JSON.parse(JSON.stringify(each.message));
        const target = inside ? message['parameters'] : message;
        // What the schema names is checked elsewhere; `__proto__` would set the prototype of the copy.
        const known = key === 'position' ? each.sender === 'client' : NAMED.has(key);
        fc.pre(target !== undefined && key !== '__proto__' && !known && !Object.hasOwn(target, key));
        Object.assign(target, { [key]: value });
        const text = JSON.stringify(message);
        const decoded = each.sender === 'client' ? decodeClientMessage(text) : decodeServerMessage(text);
        expect(decoded.kind, text).toBe('message');
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on a damaged message', () => {
    fc.assert(fc.property(mutated, neverThrows), { numRuns: 2000 });
  });

  it.each([
    ['arrays, 30,000 of them', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['unclosed arrays', '['.repeat(60_000)],
    ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['prototypes', `${'{"__proto__":'.repeat(4_000)}{}${'}'.repeat(4_000)}`],
  ])('never throws on deep %s, bare or inside a message', (_, deep) => {
    neverThrows(deep);
    for (const field of ['customConfig', 'media', 'inputVariables', 'entities', 'outputVariables', 'x']) {
      const open = JSON.parse(texts[0]!);
      const text = JSON.stringify({ ...open, parameters: { ...open.parameters, [field]: 0 } });
      neverThrows(text.replace(`"${field}":0`, `"${field}":${deep}`));
    }
  });

  it('leaves the prototype of objects as it was', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    neverThrows('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"type":"open"}');
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

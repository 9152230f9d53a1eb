import { VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { type Call, createBot, type StandardSchema, type VariableSchema } from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';

/** A schema of `reservation`, of 9 characters at most, and `people`; others are left out, or refused. */
function standard(strict: boolean): StandardSchema {
  const known = { reservation: 9, people: 99 };
  return {
    '~standard': {
      version: 1,
      vendor: 'demo',
      validate(given) {
        const values = new Map(Object.entries(given ?? {}));
        const issues = Object.entries(known).flatMap(([name, most]) => {
          const value = values.get(name);
          if (typeof value !== 'string') return [{ message: 'expected a text', path: [name] }];
          return value.length > most ? [{ message: 'too long', path: [name] }] : [];
        });
        const unknown = [...values.keys()].filter((name) => !Object.hasOwn(known, name));
        if (strict) issues.push(...unknown.map((name) => ({ message: `unknown key ${name}`, path: [] })));
        if (issues.length > 0) return { issues };
        return { value: { reservation: values.get('reservation'), people: values.get('people') } };
      },
    },
  };
}

/** A call of a bot with these outputs. */
async function callWith(outputs: VariableSchema | undefined): Promise<Call> {
  const clock = new VirtualClock();
  let taken: Call | undefined;
  const bot = createBot({ auth: { 'test-key': null }, clock, outputs }, async (call) => {
    taken = call;
    await call.ended;
    return {};
  });
  const client = await clock.run(ScriptedClient.dial(bot, { clock }));
  client.open();
  await clock.advance(10);
  if (!taken) throw new Error('the handler was not called');
  return taken;
}

const CLOSED = [
  ['TypeBox', Type.Object({ reservation: Type.String({ maxLength: 9 }), people: Type.String() })],
  [
    'TypeBox, closed',
    Type.Object(
      { reservation: Type.String({ maxLength: 9 }), people: Type.String() },
      { additionalProperties: false },
    ),
  ],
  ['Standard Schema', standard(false)],
  ['Standard Schema, closed', standard(true)],
] as const satisfies readonly (readonly [string, VariableSchema])[];

describe('checkOutput', () => {
  it.each(CLOSED)('takes a declared variable of %s while others are missing', async (_, schema) => {
    const call = await callWith(schema);
    call.checkOutput('reservation', 'R-7');
    call.checkOutput('people', '2', { reservation: 'R-7' });
  });

  it.each(CLOSED)('refuses a value that does not fit %s, naming the variable', async (_, schema) => {
    const call = await callWith(schema);
    expect(() => call.checkOutput('reservation', 'far too long')).toThrow(
      expect.objectContaining({
        code: 'SERVER_BAD_OUTPUT',
        message: expect.stringMatching(/"reservation" does not match .* it is a string of 12/),
      }),
    );
  });

  it.each(CLOSED)('refuses a name that %s does not declare', async (_, schema) => {
    const call = await callWith(schema);
    const others = { reservation: 'R-7', people: '2' };
    expect(() => call.checkOutput('reservaton', 'R-7', others)).toThrow(
      /"reservaton" does not match the declared outputs/,
    );
  });

  it('accepts any name if the schema does, or if there is no schema', async () => {
    const record = await callWith(Type.Record(Type.String({ pattern: '^x_' }), Type.String()));
    record.checkOutput('x_any', 'v');
    expect(() => record.checkOutput('y', 'v')).toThrow(/"y"/);
    const open = await callWith(
      Type.Object({ a: Type.String() }, { additionalProperties: Type.String({ maxLength: 1 }) }),
    );
    open.checkOutput('b', 'v');
    expect(() => open.checkOutput('b', 'vv')).toThrow(/"b"/);
    const free = await callWith(Type.Object({ a: Type.String() }, { additionalProperties: true }));
    free.checkOutput('b', 'v');
    const loose = await callWith(Type.Unsafe({ type: 'object', properties: { a: true } }));
    loose.checkOutput('a', 'v');
    expect(() => loose.checkOutput('b', 'v')).toThrow(/"b"/);
    // Its parts declare the properties.
    const composed = await callWith(
      Type.Unsafe({ type: 'object', allOf: [Type.Object({ a: Type.String() })] }),
    );
    composed.checkOutput('b', 'v');
    const any = await callWith(undefined);
    any.checkOutput('anything', 'v');
  });

  it('refuses a value that is not a string, an undeclared name, and outputs too long for a message', async () => {
    const call = await callWith(undefined);
    expect(() => call.checkOutput('a', 7 as never)).toThrow(/"a" is a number.*String\(value\)/);
    expect(() => call.checkOutput('', 'v')).toThrow(/name of an output variable is a string of 0/);
    expect(() => call.checkOutput(undefined as never, 'v')).toThrow(
      /name of an output variable is undefined/,
    );
    expect(() => call.checkOutput('b', 'x'.repeat(200_000), { a: 'x' })).toThrow(/The largest is "b"/);
  });
});

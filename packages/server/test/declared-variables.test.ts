import { VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import {
  type BotOptions,
  type CallHandler,
  createBot,
  createRouter,
  type StandardSchema,
  type VariableSchema,
} from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { untilEnd } from './open-call.js';

/** A schema that finds the given issues, as a library would make it. */
function standard<Variables>(
  ...issues: readonly { readonly message: string; readonly path?: readonly string[] }[]
): StandardSchema<Variables> {
  const validate = (value: unknown) => (issues.length > 0 ? { issues } : { value: value as Variables });
  return { '~standard': { version: 1, vendor: 'demo', validate } };
}

/** What the client is told at the end of a call, and what the bot logs. */
async function end(
  schemas: { readonly inputs?: VariableSchema; readonly outputs?: VariableSchema },
  handler: CallHandler<unknown, unknown>,
  inputVariables: Readonly<Record<string, string>> = {},
) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const log = (_: object, message: string) => void lines.push(message);
  const logger = { debug: log, info: log, warn: log, error: log };
  const options: BotOptions = { auth: { 'test-key': null }, clock, logger };
  const bot = Reflect.apply(createBot, undefined, [{ ...options, ...schemas }, handler]);
  const client = await clock.run(ScriptedClient.dial(bot, { clock }));
  client.open({ inputVariables });
  const { info, outputVariables } = (await untilEnd(clock, client)) ?? {};
  return { info, outputVariables, log: lines.join('\n') };
}

const BOOLEAN = Type.Object({ verified: Type.Union([Type.Literal('true'), Type.Literal('false')]) });

describe('the declared outputs', () => {
  it('type what the handler returns, down to its literals', () => {
    const auth = 'none' as const;
    for (const outputs of [BOOLEAN, standard<{ verified: 'true' | 'false' }>()] as const) {
      createBot({ auth, outputs }, async () => ({ verified: 'true' }));
      createBot({ auth, outputs }, (call) => ({ verified: call.id === '' ? 'true' : 'false' }));
      createBot({ auth, outputs, prepare: () => 1 }, async (_, one) => ({
        verified: one === 1 ? 'true' : 'false',
      }));
      createRouter().bot('x', { outputs }, async () => ({ verified: 'true' }));
      // @ts-expect-error: no such value
      createBot({ auth, outputs }, async () => ({ verified: 'yes' }));
      // @ts-expect-error: no such value
      createRouter().bot('x', { outputs, prepare: () => 1 }, async () => ({ verified: 'yes' }));
    }
    // @ts-expect-error: Architect accepts only strings
    createBot({ auth, outputs: standard<{ count: number }>() }, async () => ({ count: 1 }));
    // @ts-expect-error: Architect accepts only strings
    createBot({ auth, outputs: Type.Object({ count: Type.Number() }) }, async () => ({ count: 1 }));
  });

  it.each([
    ['TypeBox', Type.Object({ name: Type.Optional(Type.String()), id: Type.String() })],
    ['a Standard Schema', standard<{ name?: string | undefined; id: string }>()],
  ] as const)('may be undefined if they are optional in %s, and are not sent then', async (_, outputs) => {
    createBot({ auth: 'none', outputs: standard<{ name?: string | undefined }>() }, async () => ({
      name: undefined,
    }));
    expect((await end({ outputs }, async () => ({ name: undefined, id: '7' }))).outputVariables).toEqual({
      id: '7',
    });
  });

  it('that are required may not be undefined', async () => {
    expect((await end({ outputs: BOOLEAN }, async () => ({ verified: undefined }))).info).toBe(
      'Output variable "verified" does not match the declared outputs: it is undefined; expected one of "true", "false".',
    );
  });

  it('that do not match together name the returned variables, but log no value', async () => {
    const outputs = standard({ message: 'either 1 or 2' });
    expect((await end({ outputs }, async () => ({ one: '1', two: '2' }))).info).toBe(
      'The output variables ("one, two") do not match the declared outputs: expected a value that matches its schema (demo).',
    );
  });
});

describe('outputs without a schema', () => {
  it('that are undefined fail the call, because a flow would get a text of that name', async () => {
    expect((await end({}, async () => ({ name: undefined }))).info).toBe(
      'Output variable "name" is undefined; Architect accepts only strings: leave it out, or return a string.',
    );
  });

  it.each<[string, () => unknown, string]>([
    ['a Map', () => new Map([['a', 'b']]), 'A bot returned an object of the class Map;'],
    [
      'URLSearchParams',
      () => new URLSearchParams('a=b'),
      'A bot returned an object of the class URLSearchParams;',
    ],
    ['a Date', () => new Date(0), 'A bot returned an object of the class Date;'],
    ['an Error', () => new Error('x'), 'A bot returned an Error; to fail the call, throw it.'],
    ['an Error with fields', () => Object.assign(new Error('x'), { code: 'E' }), 'A bot returned an Error;'],
  ])('that are %s, whose content would be lost, fail the call', async (_, returned, info) => {
    expect((await end({}, async () => returned())).info).toContain(info);
  });

  it.each<[string, () => object]>([
    [
      'an instance of a class with fields',
      () =>
        new (class Found {
          id = '7';
        })(),
    ],
    ['an object without a prototype', () => Object.assign(Object.create(null), { id: '7' })],
  ])('may be %s', async (_, returned) => {
    expect((await end({}, async () => returned())).outputVariables).toEqual({ id: '7' });
  });
});

describe('the declared inputs', () => {
  it('that do not match together name the variables', async () => {
    const inputs = standard({ message: 'either a or b' });
    const { info, log } = await end({ inputs }, () => {}, { c: 'secret' });
    expect(info).toBe('the input variables ("c") do not match the schema: either a or b');
    expect(log).toContain('the input variables ("c") do not match the schema: expected a value that matches');
    expect((await end({ inputs }, () => {})).info).toContain('the input variables (none) do not');
    const some = Type.Object({}, { minProperties: 1 });
    expect((await end({ inputs: some }, () => {})).info).toContain('the input variables (none) do not');
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'plain JSON Schema',
      { type: 'object', properties: { a: { type: 'string' } } },
      'inputs is not a schema of',
    ],
    [
      'a property of plain JSON Schema',
      Type.Object({ a: { type: 'string' } as never }),
      'the property "a" is not',
    ],
  ])('in %s are refused before the first call', (_, inputs, message) => {
    const make = () => Reflect.apply(createBot, undefined, [{ auth: 'none', inputs }, () => {}]);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'SERVER_BAD_OPTION' }));
  });
});

describe('createBot with a router', () => {
  it.each(['inputs', 'outputs', 'prepare'])('refuses %s, which belong to each of its bots', (name) => {
    const options = { auth: 'none', [name]: name === 'prepare' ? () => 1 : BOOLEAN };
    const make = () => Reflect.apply(createBot, undefined, [options, createRouter().bot('x', () => {})]);
    expect(make).toThrow(`createBot: with a router, pass ${name} to router.bot(path, { ${name} }, handler).`);
  });

  it('does not compile with them', () => {
    const router = createRouter().bot('x', () => {});
    // @ts-expect-error: the router would ignore it
    expect(() => createBot({ auth: 'none', inputs: BOOLEAN }, router)).toThrow('createBot: with a router');
  });
});

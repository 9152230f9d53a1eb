import { VirtualClock } from '@hookline/runtime';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createBot, type StandardSchema } from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { openCall, untilEnd } from './open-call.js';

/** A schema as a library would make it: one number, told by its name. */
function numberIn(
  name: string,
): StandardSchema<{ readonly [key: string]: string }, { readonly size: number }> {
  return {
    '~standard': {
      version: 1,
      vendor: 'demo',
      validate(value) {
        const given = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
        const size = Number(given);
        if (given !== undefined && !Number.isNaN(size)) return { value: { size } };
        return { issues: [{ message: `a number, not "${given}"`, path: [{ key: name }] }] };
      },
    },
  };
}

/** Outputs of a number, which Architect gets as a string. */
const outputs: StandardSchema<{ tables: number }, { tables: string }> = {
  '~standard': {
    version: 1,
    vendor: 'demo',
    validate(value) {
      const tables =
        typeof value === 'object' && value !== null && 'tables' in value ? value.tables : undefined;
      return typeof tables === 'number'
        ? { value: { tables: `${tables}` } }
        : { issues: [{ message: 'a number', path: ['tables'] }] };
    },
  },
};

async function run(
  make: (clock: VirtualClock) => ReturnType<typeof createBot>,
  inputVariables: Record<string, string>,
) {
  const clock = new VirtualClock();
  const client = await clock.run(ScriptedClient.dial(make(clock), { clock }));
  client.open({ inputVariables });
  return untilEnd(clock, client);
}

describe('a Standard Schema', () => {
  it('validates and types the inputs, and the handler receives its output', async () => {
    const bot = (clock: VirtualClock) =>
      createBot({ auth: { 'test-key': null }, clock, inputs: numberIn('size') }, (call) => {
        expectTypeOf(call.inputs).toEqualTypeOf<{ readonly size: number }>();
        return { doubled: String(call.inputs.size * 2) };
      });
    expect((await run(bot, { size: '21' }))?.outputVariables).toEqual({ doubled: '42' });
  });

  it('refuses invalid inputs with the name of the variable, and logs no value', async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string) => lines.push(JSON.stringify(fields) + message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const bot = (clock: VirtualClock) =>
      createBot({ auth: { 'test-key': null }, clock, logger, inputs: numberIn('size') }, () => {});
    const told = await run(bot, { size: 'secret' });
    expect(told).toMatchObject({
      reason: 'error',
      info: 'input variable "size" is "secret"; expected a number, not "secret"',
    });
    expect(lines.join()).toContain('input variable \\"size\\"'.replaceAll('\\', ''));
    expect(lines.join()).not.toContain('secret');
  });

  it('validates the outputs before they become strings, and types the result of the handler', async () => {
    const bot = (clock: VirtualClock) =>
      createBot({ auth: { 'test-key': null }, clock, outputs }, () => ({ tables: 3 }));
    expect((await run(bot, {}))?.outputVariables).toEqual({ tables: '3' });
    const wrong = (clock: VirtualClock) =>
      // @ts-expect-error no number
      createBot({ auth: { 'test-key': null }, clock, outputs }, () => ({ tables: 'three' }));
    expect((await run(wrong, {}))?.info).toBe(
      'Output variable "tables" does not match the declared outputs: it is a string of 5 characters; expected a value that matches its schema (demo).',
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'returns a promise',
      async () => ({ value: {} }),
      'HooklineError: The schema of demo validates asynchronously',
    ],
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'Error: boom',
    ],
    [
      'does not return an object',
      () => ({ value: 'text' }),
      'HooklineError: The schema of the inputs returned a string of 4 characters',
    ],
  ])('that %s fails its call as a mistake of the bot', async (_, validate, message) => {
    const errors: unknown[] = [];
    const inputs = { '~standard': { version: 1, vendor: 'demo', validate } };
    const bot = (clock: VirtualClock) =>
      Reflect.apply(createBot, undefined, [
        { auth: { 'test-key': null }, clock, inputs, onError: (error: unknown) => errors.push(error) },
        () => {},
      ]);
    expect(await run(bot, {})).toMatchObject({ reason: 'error', info: 'internal error of the bot' });
    expect(String(errors[0])).toContain(message);
  });

  it('of another version is refused, and so is a value that is not a schema', () => {
    const make = (inputs: unknown) =>
      Reflect.apply(createBot, undefined, [{ auth: { key: null }, inputs }, () => {}]);
    expect(() => make({ '~standard': { version: 2, vendor: 'x', validate() {} } })).toThrow('version 1');
    expect(() => make({ type: 'string' })).toThrow('or a Standard Schema');
  });

  it('is not applied to the outputs of a failure', async () => {
    const { clock, client } = await openCall(async (call) => {
      await call.fail('early', { outputs: { part: 'x' } });
    });
    expect((await untilEnd(clock, client))?.outputVariables).toEqual({ part: 'x' });
  });
});

import { ScriptedServer } from '@hookline/client/testing';
import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { ScenarioForm } from '../src/schema/definition.js';
import { runVirtual } from './run-virtual.js';

const read = (call: object) =>
  readScenarios(JSON.stringify({ version: 1, name: 'a', call, steps: [] }), 'a.call.yaml');

/** Dials with a call that the reader accepts. Rejects if the client does not accept it. */
async function dial(call: object) {
  const { scenarios, problems } = await read(call);
  expect(problems).toEqual([]);
  const clock = new VirtualClock();
  return runVirtual(scenarios, new ScriptedServer(clock), clock);
}

interface Numeric {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Numeric>>;
}

/** Every number of a schema at its lower or upper limit. */
function atLimit({ type, minimum, maximum, properties }: Numeric, edge: 'lower' | 'upper'): unknown {
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, atLimit(one, edge)]));
  const widest = type === 'integer' ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  return edge === 'lower' ? (minimum ?? -widest) : (maximum ?? widest);
}

const faults: Numeric = ScenarioForm.properties.call.properties.faults;

describe('the client accepts every call that the reader of a file accepts', () => {
  test.each(Object.entries(faults.properties ?? {}))('faults: %s at its limits', async (name, schema) => {
    for (const edge of ['lower', 'upper'] as const)
      await expect(dial({ faults: { [name]: atLimit(schema, edge) } })).resolves.toBeDefined();
  });

  test('a text so long that open just fits', async () => {
    const { problems } = await read({ inputs: { a: 'x'.repeat(MAX_TEXT_CHARS) } });
    const [, chars = ''] = /(\d+) characters/.exec(problems[0]?.message ?? '') ?? [];
    const longest = 2 * MAX_TEXT_CHARS - Number(chars);
    await expect(dial({ inputs: { a: 'x'.repeat(longest) } })).resolves.toBeDefined();
  });
});

describe('the reader of a file refuses what the client refuses, at its line', () => {
  test.each([
    [
      'an interval of 0',
      { faults: { rateLimit: { everyMs: 0, retryAfterMs: 10 } } },
      'got 0',
      'milliseconds, 1 or more',
    ],
    [
      'an interval below 1',
      { faults: { rateLimit: { everyMs: 0.5, retryAfterMs: 10 } } },
      'got 0.5',
      'milliseconds, 1 or more',
    ],
    [
      'a retryAfter of more than 100 days',
      { faults: { rateLimit: { everyMs: 5000, retryAfterMs: 8_640_000_001 } } },
      'got 8640000001',
      'milliseconds from 0 to 8640000000',
    ],
    ['a number that is not exact', { faults: { seed: 2 ** 53 } }, 'got 9007199254740992', 'a whole number'],
    ['a fragment', { connectorId: 'a#b' }, 'got "a#b"', 'without #'],
    [
      'an input without a name',
      { inputs: { '': 'x' } },
      'the name of an input is empty',
      'the name of a variable',
    ],
    ['a long input', { inputs: { a: 'x', big: 'x'.repeat(70_000) } }, 'characters long', 'at most 65535'],
    ['a long name', { aniName: 'x'.repeat(70_000) }, 'characters long', 'at most 65535'],
  ])('%s', async (_, call, message, expected) => {
    const { problems, scenarios } = await read(call);
    expect(scenarios).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.expected).toContain(expected);
  });

  test('a long text, at the longest of its texts', async () => {
    const text = `version: 1\nname: a\ncall:\n  ani: "1"\n  inputs:\n    a: b\n    big: ${'x'.repeat(70_000)}\nsteps: []\n`;
    expect((await readScenarios(text, 'a.call.yaml')).problems).toMatchObject([{ line: 7, column: 10 }]);
  });
});

import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import type { ScenarioTalk, Talk } from '@hookline/load';
import { closestName } from '@hookline/runtime';

/** A `call` step, read: what its call does. */
export interface CallStep {
  readonly connectorId: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly talk: ScenarioTalk | Talk;
  readonly holdMs?: number;
  readonly frameMs?: number;
  readonly limits?: 'genesys' | 'off';
}

/** Turns what a script says into a text; `{{ name }}` into the value of the virtual user. */
export type Fill = (value: unknown) => string;

const FIELDS = [
  'connectorId',
  'inputs',
  'wav',
  'scenario',
  'hold',
  'talk',
  'turnGap',
  'patience',
  'bargeInAfter',
  'frameMs',
  'limits',
] as const;

const STEPS = ['call', 'think'];
const TALKS = ['turns', 'over'] as const;
const LIMITS = ['genesys', 'off'] as const;

/**
 * Reads a step of a flow.
 *
 * @param index - which step, for errors
 * @throws Error naming the step and the field, with the name that was meant
 */
export function readCallStep(step: unknown, index: number, fill: Fill): CallStep {
  const place = `flow[${index}]`;
  const [name = '', ...more] = Object.keys(table(step, place));
  if (name !== 'call' || more.length > 0) {
    const names = name === 'call' ? more : [name];
    throw new Error(
      `${place}: the engine hookline knows no step ${JSON.stringify(names[0])}${meant(names[0], STEPS)}`,
    );
  }
  const at = `${place}.call`;
  const call = table(table(step, place)['call'] ?? {}, at);
  for (const field of Object.keys(call)) {
    if (!FIELDS.some((known) => known === field)) {
      throw new Error(`${at}: there is no field ${JSON.stringify(field)}${meant(field, FIELDS)}`);
    }
  }
  const given = (field: (typeof FIELDS)[number]) =>
    call[field] === undefined ? undefined : fill(call[field]);
  const time = (field: (typeof FIELDS)[number]) => timeOf(given(field), `${at}.${field}`);
  const holdMs = time('hold');
  const frameMs = given('frameMs');
  return {
    connectorId: given('connectorId') ?? '',
    inputs: Object.fromEntries(
      Object.entries(table(call['inputs'] ?? {}, `${at}.inputs`)).map(([key, value]) => [key, fill(value)]),
    ),
    talk:
      call['scenario'] === undefined
        ? {
            wavs: wavsOf(call['wav'], fill),
            ...oneOf('talk', given('talk'), TALKS, at),
            ...optional('turnGapMs', time('turnGap')),
            ...optional('patienceMs', time('patience')),
            ...optional('bargeInAfterMs', time('bargeInAfter')),
          }
        : { scenario: fill(call['scenario']) },
    ...optional('holdMs', holdMs),
    ...optional('frameMs', frameMs === undefined ? undefined : Number(frameMs)),
    ...oneOf('limits', given('limits'), LIMITS, at),
  };
}

/** WAV files, relative to where Artillery runs; phrases of our own where the step names none, silence for an empty list. */
function wavsOf(wav: unknown, fill: Fill): string[] {
  if (wav === undefined) return (['hello', 'table'] as const).map((name) => fileURLToPath(phraseUrl(name)));
  return (Array.isArray(wav) ? wav : [wav]).map(fill);
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** A time as Artillery writes it, a number of seconds, or with a unit: `500ms`, `20s`, `2m`. */
function timeOf(text: string | undefined, place: string): number | undefined {
  // What stands for a value is not known before there is a virtual user.
  if (text === undefined || text.includes('{{')) return undefined;
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new Error(`${place} is ${JSON.stringify(text)}; expected seconds, or a time such as 500ms or 20s`);
  }
  return Number(amount) * (UNITS_MS[unit] ?? 1);
}

function oneOf<Name extends string, Value extends string>(
  name: Name,
  text: string | undefined,
  allowed: readonly Value[],
  place: string,
): Partial<Record<Name, Value>> {
  if (text === undefined || text.includes('{{')) return {};
  const found = allowed.find((one) => one === text);
  if (found === undefined) {
    throw new Error(`${place}.${name} is ${JSON.stringify(text)}; expected ${allowed.join(' or ')}`);
  }
  return optional(name, found);
}

/** A field that is there only where it has a value. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  const made: Partial<Record<Name, Value>> = {};
  if (value !== undefined) made[name] = value;
  return made;
}

function table(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(
    `${place} is ${JSON.stringify(value)}; expected fields, such as call: { connectorId: book }`,
  );
}

function meant(word: string | undefined, known: readonly string[]): string {
  const near = closestName(word ?? '', known);
  return near === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${near}?`;
}

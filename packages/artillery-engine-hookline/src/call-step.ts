import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import type { ScenarioTalk, Talk } from '@hookline/load';
import { closestName } from '@hookline/runtime';

/** A parsed `call` step. */
export interface CallStep {
  readonly connectorId: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly talk: ScenarioTalk | Talk;
  readonly holdMs?: number;
  readonly frameMs?: number;
  readonly limits?: 'genesys' | 'off';
}

/** Converts a value of the script to a string and replaces `{{ name }}` by the value of the virtual user. */
export type FillTemplate = (value: unknown) => string;

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

const STEP_NAMES = ['call', 'think'];
const TALK_MODES = ['turns', 'over'] as const;
const LIMITS = ['genesys', 'off'] as const;

/**
 * Parses a step of a flow.
 *
 * @param index - index of the step, for error messages
 * @throws Error naming the step and the field, with a suggestion for a misspelt name
 */
export function readCallStep(step: unknown, index: number, fillTemplate: FillTemplate): CallStep {
  const path = `flow[${index}]`;
  const [name = '', ...otherKeys] = Object.keys(requireObject(step, path));
  if (name !== 'call' || otherKeys.length > 0) {
    const names = name === 'call' ? otherKeys : [name];
    throw new Error(
      `${path}: the engine hookline knows no step ${JSON.stringify(names[0])}${suggestion(names[0], STEP_NAMES)}`,
    );
  }
  const callPath = `${path}.call`;
  const call = requireObject(requireObject(step, path)['call'] ?? {}, callPath);
  for (const field of Object.keys(call)) {
    if (!FIELDS.some((known) => known === field)) {
      throw new Error(`${callPath}: there is no field ${JSON.stringify(field)}${suggestion(field, FIELDS)}`);
    }
  }
  const value = (field: (typeof FIELDS)[number]) =>
    call[field] === undefined ? undefined : fillTemplate(call[field]);
  const timeMs = (field: (typeof FIELDS)[number]) => parseTime(value(field), `${callPath}.${field}`);
  const holdMs = timeMs('hold');
  const frameMs = value('frameMs');
  return {
    connectorId: value('connectorId') ?? '',
    inputs: Object.fromEntries(
      Object.entries(requireObject(call['inputs'] ?? {}, `${callPath}.inputs`)).map(([key, value]) => [
        key,
        fillTemplate(value),
      ]),
    ),
    talk:
      call['scenario'] === undefined
        ? {
            wavs: wavPaths(call['wav'], fillTemplate),
            ...oneOf('talk', value('talk'), TALK_MODES, callPath),
            ...optional('turnGapMs', timeMs('turnGap')),
            ...optional('patienceMs', timeMs('patience')),
            ...optional('bargeInAfterMs', timeMs('bargeInAfter')),
          }
        : { scenario: fillTemplate(call['scenario']) },
    ...optional('holdMs', holdMs),
    ...optional('frameMs', frameMs === undefined ? undefined : Number(frameMs)),
    ...oneOf('limits', value('limits'), LIMITS, callPath),
  };
}

/** Paths of WAV files, relative to Artillery's working directory. Default: bundled phrases; an empty list means silence. */
function wavPaths(wav: unknown, fillTemplate: FillTemplate): string[] {
  if (wav === undefined) return (['hello', 'table'] as const).map((name) => fileURLToPath(phraseUrl(name)));
  return (Array.isArray(wav) ? wav : [wav]).map(fillTemplate);
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Parses a time: a number of seconds, as elsewhere in Artillery, or a number with a unit: `500ms`, `20s`, `2m`. Returns milliseconds. */
function parseTime(text: string | undefined, place: string): number | undefined {
  // Placeholders have no value before there is a virtual user.
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

/** Returns an object with the field, or an empty object if the value is undefined. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  const result: Partial<Record<Name, Value>> = {};
  if (value !== undefined) result[name] = value;
  return result;
}

function requireObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(
    `${path} is ${JSON.stringify(value)}; expected fields, such as call: { connectorId: book }`,
  );
}

function suggestion(word: string | undefined, known: readonly string[]): string {
  const closest = closestName(word ?? '', known);
  return closest === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${closest}?`;
}

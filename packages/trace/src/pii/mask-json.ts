import type { JsonValue } from '../diff/json.js';

/** What stands for a value that is masked. */
export const MASK = '***';

/** Is told each text that is masked. */
type Found = (value: string) => void;

/** Fields whose texts are words of the protocol, identifiers or times. All others may hold what a person said. */
const PLAIN: ReadonlySet<string> = new Set([
  'version',
  'type',
  'id',
  'position',
  'organizationId',
  'conversationId',
  'format',
  'channels',
  'language',
  'supportedLanguages',
  'reason',
  'disposition',
  'rtt',
  'start',
  'discarded',
  'discardTo',
  'retryAfter',
]);

/** Fields in which everything is the user's own: numbers too. */
const OWN: ReadonlySet<string> = new Set([
  'inputVariables',
  'outputVariables',
  'inputs',
  'outputs',
  'customConfig',
]);

/** A message in which only the words of the protocol, identifiers, times and numbers stay. It stays valid. */
export function maskMessage(
  message: Readonly<Record<string, JsonValue>>,
  found: Found,
): Readonly<Record<string, JsonValue>> {
  return fields(message, (name, value) => masked(name, value, found));
}

function masked(name: string, value: JsonValue, found: Found): JsonValue {
  if (OWN.has(name)) return all(value, found);
  if (typeof value === 'string')
    return name === 'digit' ? digit(value) : PLAIN.has(name) ? value : hide(value, found);
  return inner(value, (within, one) => masked(within ?? name, one, found));
}

/** A key as valid as any, whatever was pressed. */
function digit(value: string): string {
  return /^[0-9A-D*#]$/.test(value) ? '*' : MASK;
}

function all(value: JsonValue, found: Found): JsonValue {
  if (typeof value !== 'object') return hide(String(value), found);
  return inner(value, (_, one) => all(one, found));
}

function hide(value: string, found: Found): string {
  found(value);
  return MASK;
}

/** Fields of a result whose texts tell of a person. */
const SAID: ReadonlySet<string> = new Set([
  'text',
  'info',
  'ani',
  'aniName',
  'dnis',
  'dtmf',
  'digits',
  'digit',
]);
/** Fields of a result that are sentences, in which values may be quoted. */
const SENTENCES: ReadonlySet<string> = new Set(['errorMessage', 'message', 'words', 'url']);

/** A result of a call: its structure and its numbers stay. */
export function maskResult(
  value: JsonValue,
  found: Found,
  sentence: (text: string) => string,
  name = '',
): JsonValue {
  if (OWN.has(name)) return all(value, found);
  if (typeof value === 'string') {
    if (SAID.has(name)) return hide(value, found);
    return SENTENCES.has(name) ? sentence(value) : value;
  }
  return inner(value, (within, one) => maskResult(one, found, sentence, within ?? name));
}

/** Lists and objects with each of their values changed; `name` is undefined in a list. */
function inner(
  value: JsonValue,
  change: (name: string | undefined, value: JsonValue) => JsonValue,
): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.map((one) => change(undefined, one)) : fields(value, change);
}

function fields(
  value: Readonly<Record<string, JsonValue>>,
  change: (name: string, value: JsonValue) => JsonValue,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(name, one)]));
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

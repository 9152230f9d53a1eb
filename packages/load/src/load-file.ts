import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkArgument, closestName, describeValue, messageOf } from '@hookline/runtime';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { loadError } from './error.js';
import { METRIC_NAMES } from './metrics.js';
import { readThresholds, type Threshold } from './thresholds.js';

/** The content of a load file: the flags of `hookline load`, under the same names. */
export interface LoadFile {
  /**
   * Values as written, by flag name: `rate: '20'`, `ramp: '30s'`; `true` or `false` for a flag without a value. Paths are
   * absolute.
   */
  readonly flags: Readonly<Record<string, string>>;
  /** Where the value of each flag is written, for error messages: `nightly.load.yaml:2:1`. */
  readonly places: Readonly<Record<string, string>>;
  /** Absolute paths of WAV files. */
  readonly wavs: readonly string[];
  /** Absolute path of a scenario file that every call runs. */
  readonly scenario?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly thresholds: readonly Threshold[];
}

/** Fields with a single value. */
const SCALAR_FIELDS = [
  'url',
  'rate',
  'ramp',
  'calls',
  'duration',
  'hold',
  'processes',
  'talk',
  'turn-gap',
  'patience',
  'barge-in-after',
  'frame-ms',
  'limits',
  'max-late',
  'base-uri',
  'connector-id',
  'org-id',
  'tts',
] as const;
/** Fields with the path of a file. */
const PATH_FIELDS: readonly string[] = ['ca', 'out', 'html'];
/** Fields for flags without a value. */
const SWITCHES: readonly string[] = ['silence', 'insecure', 'allow-ws'];
const FIELDS: readonly string[] = [
  ...[...SCALAR_FIELDS, ...PATH_FIELDS, ...SWITCHES],
  ...['wav', 'scenario', 'inputs', 'thresholds'],
];

/** What a load file may not set, and how else it is set. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  'api-key':
    'which is often shared; use the flag --api-key, HOOKLINE_API_KEY or a profile of hookline.config',
  'client-secret':
    'which is often shared; use HOOKLINE_CLIENT_SECRET, the flag --client-secret-file or a profile of hookline.config',
  'client-secret-file':
    'which names no credentials; use the flag --client-secret-file or a profile of hookline.config',
  'no-sign':
    'which names no credentials; use the flag --no-sign or a profile of hookline.config with "sign: false"',
};

/** Fields that contradict each other. */
const EXCLUSIVE = [
  ['wav', 'scenario', 'because a scenario names its own audio'],
  ['silence', 'wav', 'because silent callers play no audio'],
  ['silence', 'scenario', 'because a scenario says what the callers say'],
  ['url', 'base-uri', 'because both name the target'],
  ['url', 'connector-id', 'because the Connector ID is a part of url'],
] as const;

/** Fields with few values. All others are checked together with the values of flags. */
const CHOICES: Partial<Readonly<Record<string, readonly string[]>>> = {
  talk: ['turns', 'over'],
  limits: ['genesys', 'off'],
};

/** Reads a load file, YAML or JSON. @throws HooklineError `LOAD_BAD_FILE` with line, column and a suggestion for a misspelt name */
export async function readLoadFile(path: string): Promise<LoadFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw loadError('LOAD_BAD_FILE', `${path} cannot be read: ${messageOf(error)}`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw loadError('LOAD_BAD_FILE', `${path} is not UTF-8, so its text cannot be read; save it as UTF-8`);
  }
  return parseLoadFile(text, path);
}

/** Parses a load file. @param path - for error messages, and the base of relative paths @throws HooklineError `LOAD_BAD_FILE` */
export function parseLoadFile(text: string, path: string): LoadFile {
  checkArgument('LOAD_BAD_OPTION', 'parseLoadFile: text', text, 'text');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const [broken] = document.errors;
  if (broken) throw badFile(path, lines.linePos(broken.pos[0]), broken.message.split('\n')[0] ?? '');
  const { contents } = document;
  if (!isMap(contents)) throw badFile(path, { line: 1, col: 1 }, 'expected fields such as url and rate');
  const flags: Record<string, string> = {};
  const places: Record<string, string> = {};
  let file: Omit<LoadFile, 'flags' | 'places'> = { wavs: [], inputs: {}, thresholds: [] };
  const values = valuesOf(document, path);
  for (const { key, value: node } of contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const position = lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
    const value = values[name];
    if (!FIELDS.includes(name)) {
      throw badFile(path, position, unknownField(name));
    }
    try {
      if (name === 'thresholds') file = { ...file, thresholds: readThresholds(value) };
      else if (name === 'wav')
        file = { ...file, wavs: readWavPaths(value).map((wav) => resolve(dirname(path), wav)) };
      else if (name === 'scenario') file = { ...file, scenario: resolve(dirname(path), readScalar(value)) };
      else if (name === 'inputs') file = { ...file, inputs: readInputs(value) };
      else {
        flags[name] = readFlag(name, value, dirname(path));
        places[name] = placeIn(path, position);
      }
    } catch (error) {
      const wrong = name === 'thresholds' ? wrongThreshold(node, value) : undefined;
      const place = wrong === undefined ? position : lines.linePos(wrong);
      throw badFile(path, place, messageOf(error));
    }
  }
  for (const [one, other, why] of EXCLUSIVE) {
    if (![one, other].every((name) => Object.hasOwn(values, name) && values[name] !== false)) continue;
    const pair = contents.items.find(({ key }) => isScalar(key) && key.value === one);
    throw badFile(
      path,
      lines.linePos(isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0),
      `${one} and ${other} cannot be used together, ${why}; remove one of them`,
    );
  }
  return { ...file, flags, places };
}

function unknownField(name: string): string {
  const credential = Object.hasOwn(CREDENTIALS, name) ? CREDENTIALS[name] : undefined;
  if (credential !== undefined) return `${name} cannot be set in a load file, ${credential}`;
  const closest = closestName(name, FIELDS);
  return `unknown field ${JSON.stringify(name)}; ${closest === undefined ? `expected one of ${FIELDS.join(', ')}` : `did you mean ${closest}?`}`;
}

/** The values of the fields. An alias has none if its anchor does not come before it, or expands too often. */
function valuesOf(document: Document.Parsed, path: string): Readonly<Record<string, unknown>> {
  try {
    return document.toJS();
  } catch (error) {
    throw badFile(path, { line: 1, col: 1 }, `${messageOf(error)}; write the value out without & and *`);
  }
}

/** The offset in the file of the first threshold that cannot be read; undefined if the map itself is wrong. */
function wrongThreshold(node: unknown, value: unknown): number | undefined {
  const isWrong = (given: object) => !areThresholds(given);
  const metric = wrongKey(node, value, (name, limits) => isWrong({ [name]: limits }));
  if (!metric) return undefined;
  const { name, limits } = metric;
  if (!METRIC_NAMES.some((known) => known === name)) return metric.offset;
  const figure = wrongKey(metric.node, limits, (figure, limit) => isWrong({ [name]: { [figure]: limit } }));
  return figure?.offset ?? metric.offset;
}

/** The first field of a map that is wrong. */
function wrongKey(node: unknown, value: unknown, isWrong: (name: string, limits: unknown) => boolean) {
  if (!isMap(node) || typeof value !== 'object' || value === null) return undefined;
  for (const { key, value: inner } of node.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    const limits: unknown = Reflect.get(value, name);
    if (isWrong(name, limits)) return { name, limits, node: inner, offset: key.range?.[0] };
  }
  return undefined;
}

function areThresholds(given: object): boolean {
  try {
    readThresholds(given);
    return true;
  } catch {
    return false;
  }
}

function readScalar(given: unknown): string {
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  throw new TypeError('expected one value');
}

/** The value of a flag as text. @param folder - the base of a relative path */
function readFlag(name: string, value: unknown, folder: string): string {
  if (SWITCHES.includes(name)) {
    if (typeof value === 'boolean') return String(value);
    throw new TypeError(`${name} is ${describeValue(value)}; expected true or false`);
  }
  const text = readScalar(value);
  return PATH_FIELDS.includes(name) ? resolve(folder, text) : checkedChoice(name, text);
}

function checkedChoice(name: string, value: string): string {
  const choices = CHOICES[name];
  if (choices === undefined || choices.includes(value)) return value;
  throw new TypeError(`${name} is ${describeValue(value)}; expected ${choices.join(' or ')}`);
}

function readWavPaths(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) {
    throw new TypeError(
      'wav is an empty list; expected a path, or silence: true for callers who say nothing',
    );
  }
  return list.map((one) => {
    if (typeof one === 'string') return one;
    throw new TypeError('expected the path of a WAV file, or a list of them');
  });
}

function readInputs(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('expected names and values');
  return Object.fromEntries(
    Object.entries(value).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      throw new TypeError(
        `${name} is ${JSON.stringify(value)}; variables of Architect are strings: quote it`,
      );
    }),
  );
}

interface Position {
  readonly line: number;
  readonly col: number;
}

function badFile(path: string, position: Position, problem: string) {
  return loadError('LOAD_BAD_FILE', `${placeIn(path, position)}: ${problem}`);
}

const placeIn = (path: string, { line, col }: Position) => `${path}:${line}:${col}`;

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkArgument, closestName, describeValue, messageOf } from '@hookline/runtime';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { loadError } from './error.js';
import { readThresholds, type Threshold } from './thresholds.js';

/** The content of a load file: the flags of `hookline load`, under the same names. */
export interface LoadFile {
  /** Values as written, by flag name: `rate: '20'`, `ramp: '30s'`. */
  readonly flags: Readonly<Record<string, string>>;
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
] as const;
const FIELDS: readonly string[] = [...SCALAR_FIELDS, 'wav', 'scenario', 'inputs', 'thresholds'];

/** Fields with few values. All others are checked together with the values of flags. */
const CHOICES: Partial<Readonly<Record<string, readonly string[]>>> = {
  talk: ['turns', 'over'],
  limits: ['genesys', 'off'],
};

/** Reads a load file, YAML or JSON. @throws HooklineError `LOAD_BAD_FILE` with line, column and a suggestion for a misspelt name */
export async function readLoadFile(path: string): Promise<LoadFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw loadError('LOAD_BAD_FILE', `${path} cannot be read: ${messageOf(error)}`);
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
  let file: Omit<LoadFile, 'flags'> = { wavs: [], inputs: {}, thresholds: [] };
  const values: Readonly<Record<string, unknown>> = document.toJS();
  for (const { key } of contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const position = lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
    const value = values[name];
    if (!FIELDS.includes(name)) {
      const closest = closestName(name, FIELDS);
      throw badFile(
        path,
        position,
        `unknown field ${JSON.stringify(name)}; ${closest === undefined ? `expected one of ${FIELDS.join(', ')}` : `did you mean ${closest}?`}`,
      );
    }
    try {
      if (name === 'thresholds') file = { ...file, thresholds: readThresholds(value) };
      else if (name === 'wav')
        file = { ...file, wavs: readWavPaths(value).map((wav) => resolve(dirname(path), wav)) };
      else if (name === 'scenario') file = { ...file, scenario: resolve(dirname(path), readScalar(value)) };
      else if (name === 'inputs') file = { ...file, inputs: readInputs(value) };
      else flags[name] = checkedChoice(name, readScalar(value));
    } catch (error) {
      throw badFile(path, position, messageOf(error).replace(/^threshold: /, ''));
    }
  }
  return { ...file, flags };
}

function readScalar(given: unknown): string {
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  throw new TypeError('expected one value');
}

function checkedChoice(name: string, value: string): string {
  const choices = CHOICES[name];
  if (choices === undefined || choices.includes(value)) return value;
  throw new TypeError(`${name} is ${describeValue(value)}; expected ${choices.join(' or ')}`);
}

function readWavPaths(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
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

function badFile(
  path: string,
  { line, col }: { readonly line: number; readonly col: number },
  problem: string,
) {
  return loadError('LOAD_BAD_FILE', `${path}:${line}:${col}: ${problem}`);
}

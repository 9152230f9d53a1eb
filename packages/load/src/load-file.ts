import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkArgument, closestName, messageOf } from '@hookline/runtime';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { loadError } from './error.js';
import { readThresholds, type Threshold } from './thresholds.js';

/** What a load file says: what the flags of `hookline load` say, by the same names. */
export interface LoadFile {
  /** Values as they are written, by the names of the flags: `rate: '20'`, `ramp: '30s'`. */
  readonly flags: Readonly<Record<string, string>>;
  /** WAV files, made absolute. */
  readonly wavs: readonly string[];
  /** A scenario file that every call runs, made absolute. */
  readonly scenario?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly thresholds: readonly Threshold[];
}

/** Fields that hold one value. */
const VALUES = [
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
const FIELDS: readonly string[] = [...VALUES, 'wav', 'scenario', 'inputs', 'thresholds'];

/** Reads a load file, YAML or JSON. @throws HooklineError `LOAD_BAD_FILE` with the place, and the name that was meant */
export async function readLoadFile(path: string): Promise<LoadFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw loadError('LOAD_BAD_FILE', `${path} cannot be read: ${messageOf(error)}`);
  }
  return parseLoadFile(text, path);
}

/** Reads the text of a load file. @param path - for errors, and what paths in it are relative to @throws HooklineError `LOAD_BAD_FILE` */
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
    const at = lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
    const given = values[name];
    if (!FIELDS.includes(name)) {
      const near = closestName(name, FIELDS);
      throw badFile(
        path,
        at,
        `there is no field ${JSON.stringify(name)}; ${near === undefined ? `there are ${FIELDS.join(', ')}` : `did you mean ${near}?`}`,
      );
    }
    try {
      if (name === 'thresholds') file = { ...file, thresholds: readThresholds(given) };
      else if (name === 'wav')
        file = { ...file, wavs: texts(given).map((wav) => resolve(dirname(path), wav)) };
      else if (name === 'scenario') file = { ...file, scenario: resolve(dirname(path), plain(given)) };
      else if (name === 'inputs') file = { ...file, inputs: inputsOf(given) };
      else flags[name] = plain(given);
    } catch (error) {
      throw badFile(path, at, messageOf(error).replace(/^threshold: /, ''));
    }
  }
  return { ...file, flags };
}

function plain(given: unknown): string {
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  throw new TypeError('expected one value');
}

function texts(given: unknown): string[] {
  const list: unknown[] = Array.isArray(given) ? given : [given];
  return list.map((one) => {
    if (typeof one === 'string') return one;
    throw new TypeError('expected the path of a WAV file, or a list of them');
  });
}

function inputsOf(given: unknown): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError('expected names and values');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      throw new TypeError(
        `${name} is ${JSON.stringify(value)}; variables of Architect are strings: quote it`,
      );
    }),
  );
}

function badFile(path: string, { line, col }: { readonly line: number; readonly col: number }, what: string) {
  return loadError('LOAD_BAD_FILE', `${path}:${line}:${col}: ${what}`);
}

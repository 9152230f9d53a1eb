import { resolve } from 'node:path';
import { isRecord } from '@hookline/runtime';
import { scenarioError } from '../error.js';
import type { Expectation } from '../scenario.js';
import { ExpectationForm } from '../schema/parts.js';
import { AudioFiles } from './audio-files.js';
import { checkValue } from './check-value.js';
import { toYamlFlow } from './compile.js';
import { readExpectation } from './read-expectation.js';
import { textFault } from './text-fault.js';

/** An expectation in code: the value of `expect:` in a scenario file. A RegExp may replace a text. */
export type ExpectationInput = string | Readonly<Record<string, unknown>>;

const files = new AudioFiles();

/**
 * Parses an expectation written in code.
 *
 * @param folder - folder that audio file paths are relative to; default: the working directory
 * @throws HooklineError `SCENARIO_BAD_OPTION` as a rejection, with every fault
 */
export async function parseExpectation(input: ExpectationInput, folder = '.'): Promise<Expectation> {
  const value = withoutRegExps(input);
  const faults: string[] = [];
  const audioFiles: string[] = [];
  checkValue(ExpectationForm, value, [], {
    source: (path) => String(path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)),
    report: ({ path, message, expected, suggestion }) =>
      faults.push(`${path.join('.') || 'expectation'}: ${message}; expected ${expected}; ${suggestion}`),
    checkText(check, text, path) {
      if (check === 'audioFile') audioFiles.push(text);
      const fault = textFault(check, text);
      if (fault)
        faults.push(`${path.join('.')}: ${fault.message}; expected ${fault.expected}; ${fault.suggestion}`);
    },
  });
  const audio = new Map<string, Uint8Array>();
  for (const file of audioFiles) {
    const loaded = await files.load(resolve(folder, file));
    if ('audio' in loaded) audio.set(file, loaded.audio);
    else faults.push(`${file}: ${loaded.fault}; expected ${loaded.expected}; ${loaded.suggestion}`);
  }
  if (faults.length > 0) {
    throw scenarioError(
      'SCENARIO_BAD_OPTION',
      `The expectation ${toYamlFlow(value)} cannot be used. ${faults.join('. ')}.`,
    );
  }
  return readExpectation(value, (file) => audio.get(file) ?? new Uint8Array(0));
}

/** Replaces each RegExp with its text form, `/pattern/flags`. */
function withoutRegExps(value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(withoutRegExps);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutRegExps(entry)]));
}

import { resolve } from 'node:path';
import { scenarioError } from '../error.js';
import type { Expectation } from '../scenario.js';
import { ExpectationForm } from '../schema/parts.js';
import { AudioFiles } from './audio-files.js';
import { checkValue, isRecord } from './check-value.js';
import { flow } from './compile.js';
import { readExpectation } from './read-expectation.js';
import { textFault } from './text-fault.js';

/** An expectation as a program gives it: what stands behind `expect:` in a file, with a RegExp for a text if you like. */
export type ExpectationInput = string | Readonly<Record<string, unknown>>;

const files = new AudioFiles();

/**
 * Reads an expectation that a program gives.
 *
 * @param folder - what audio files are relative to; default the working directory
 * @throws HooklineError `SCENARIO_BAD_OPTION` as a rejection, with everything that is wrong
 */
export async function parseExpectation(input: ExpectationInput, folder = '.'): Promise<Expectation> {
  const value = withoutRegExps(input);
  const faults: string[] = [];
  const wanted: string[] = [];
  checkValue(ExpectationForm, value, [], {
    source: (path) => String(path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)),
    fault: ({ path, message, expected, suggestion }) =>
      faults.push(`${path.join('.') || 'expectation'}: ${message}; expected ${expected}; ${suggestion}`),
    look(check, text, path) {
      if (check === 'audioFile') wanted.push(text);
      const wrong = textFault(check, text);
      if (wrong)
        faults.push(`${path.join('.')}: ${wrong.message}; expected ${wrong.expected}; ${wrong.suggestion}`);
    },
  });
  const audio = new Map<string, Uint8Array>();
  for (const file of wanted) {
    const loaded = await files.load(resolve(folder, file));
    if ('audio' in loaded) audio.set(file, loaded.audio);
    else faults.push(`${file}: ${loaded.fault}; expected ${loaded.expected}; ${loaded.suggestion}`);
  }
  if (faults.length > 0) {
    throw scenarioError(
      'SCENARIO_BAD_OPTION',
      `The expectation ${flow(value)} cannot be used. ${faults.join('. ')}.`,
    );
  }
  return readExpectation(value, (file) => audio.get(file) ?? new Uint8Array(0));
}

/** A RegExp as a file writes it. */
function withoutRegExps(value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(withoutRegExps);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutRegExps(entry)]));
}

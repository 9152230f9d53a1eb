import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../usage-error.js';

/** What `--input` (repeated) and `--inputs-json` gave. */
export interface VariableFlags {
  readonly input?: readonly string[];
  readonly inputsJson?: string;
}

/** Input variables of the action, in order; `--input` wins over `--inputs-json`. @throws UsageError */
export function parseInputs(flags: VariableFlags): Record<string, string> {
  const inputs: [string, string][] = [];
  if (flags.inputsJson !== undefined) inputs.push(...fromJson(flags.inputsJson));
  for (const text of flags.input ?? []) inputs.push(parsePair(text, '--input'));
  return Object.fromEntries(inputs);
}

/** Splits `name=value`; `name=@file` reads the value from a file. @throws UsageError */
export function parsePair(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new UsageError(`${option} takes name=value; got ${JSON.stringify(text)}.`);
  }
  const value = text.slice(at + 1);
  return [text.slice(0, at), value.startsWith('@') ? readValue(value.slice(1), option) : value];
}

function readValue(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
}

function fromJson(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--inputs-json is not JSON: ${messageOf(error)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('--inputs-json takes a JSON object of strings, such as \'{"customerId":"42"}\'.');
  }
  return Object.entries(value).map(([name, given]) => {
    if (typeof given !== 'string') {
      throw new UsageError(
        `--inputs-json: ${JSON.stringify(name)} is ${JSON.stringify(given)?.slice(0, 60)}; variables of Architect are strings, so write it as one.`,
      );
    }
    return [name, given];
  });
}

import type { Moment } from '@hookline/client';
import { closestName, MAX_TIMER_MS, messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';
import { readTextFile } from './read-text-file.js';

/** Parses a decimal number within bounds. @throws UsageError that names the option */
export function parseNumber(
  text: string,
  option: string,
  bounds: { min: number; max: number; integer?: boolean },
): number {
  const { min, max, integer = false } = bounds;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    throw new UsageError(
      `${option} takes a ${integer ? 'whole ' : ''}number from ${min} to ${max}; got ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

/** No exponent, no hexadecimal digits, no spaces. */
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Parses a time such as `10s`, `500ms`, `1.5s` or `2m` as milliseconds. @throws UsageError that names the option */
export function parseTime(text: string, option: string): number {
  const [, amount = '', unit = ''] = /^(.*?)(ms|s|m)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs === undefined || !DECIMAL.test(amount) || amount.startsWith('-')) {
    throw new UsageError(`${option} takes a time such as 500ms, 10s or 2m; got ${JSON.stringify(text)}.`);
  }
  const ms = Number(amount) * unitMs;
  if (ms > MAX_TIMER_MS)
    throw new UsageError(`${option} takes at most 24 days; got ${JSON.stringify(text)}.`);
  return ms;
}

/**
 * Splits `VALUE@WHEN`. `1234#@3s` is 3 s after the call opened, `stop.wav@playback+700ms` is 700 ms after the start of
 * the bot's first playback, and `1@playback2+1s` is 1 s after the start of the second. Without `@WHEN` the moment is when
 * the call opens.
 *
 * @throws UsageError that names the option
 */
export function parseMoment(text: string, option: string): { value: string; when: Moment } {
  const at = text.lastIndexOf('@');
  const value = at < 0 ? text : text.slice(0, at);
  if (value === '') throw new UsageError(`${option} takes a value before "@"; got ${JSON.stringify(text)}.`);
  if (at < 0) return { value, when: { from: 'opened', afterMs: 0 } };
  const when = text.slice(at + 1);
  const playback = /^playback([1-9]\d{0,3})?(?:\+(.+))?$/.exec(when);
  if (playback) {
    const [, nth = '1', after] = playback;
    return {
      value,
      when: { from: Number(nth), afterMs: after === undefined ? 0 : parseTime(after, option) },
    };
  }
  return { value, when: { from: 'opened', afterMs: parseTime(when, option) } };
}

/** The values of `--input` (repeatable), `--inputs-json` and a profile. */
export interface VariableFlags {
  readonly input?: readonly string[];
  readonly inputsJson?: string;
  /** Set by a profile. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The input variables of the action. `--input` overrides `--inputs-json`, which overrides the profile. @throws UsageError */
export function parseInputs(flags: VariableFlags): Record<string, string> {
  const inputs: [string, string][] = Object.entries(flags.inputs ?? {});
  if (flags.inputsJson !== undefined) inputs.push(...inputsFromJson(flags.inputsJson));
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
  return [text.slice(0, at), value.startsWith('@') ? readTextFile(value.slice(1), option) : value];
}

function inputsFromJson(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--inputs-json is not valid JSON: ${messageOf(error)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(
      `--inputs-json takes a JSON object of strings, such as '{"customerId":"42"}'; got ${text.slice(0, 60)}.`,
    );
  }
  return Object.entries(value).map(([name, given]) => {
    if (typeof given !== 'string') {
      throw new UsageError(
        `--inputs-json: ${JSON.stringify(name)} is ${JSON.stringify(given)?.slice(0, 60)}; input variables are strings, so put the value in quotes.`,
      );
    }
    return [name, given];
  });
}

/** ` (did you mean "x"?)` with the most similar known word; empty if none is similar. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = closestName(word, known);
  return near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
}

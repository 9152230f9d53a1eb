import { isDtmfDigit } from '@hookline/protocol';
import { closestName, HooklineError, messageOf, type NumberRule, numberFault } from '@hookline/runtime';
import type { CliErrorCode } from '../exit-codes.js';

/** What a line of `call --stdin` asks for. */
export type Command =
  /** The caller says a WAV file, after what is still to be said. */
  | { readonly type: 'say'; readonly wav: string }
  | { readonly type: 'tone'; readonly hz: number; readonly ms: number }
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'dtmf'; readonly digits: string; readonly gapMs: number }
  | { readonly type: 'hold' }
  | { readonly type: 'resume' }
  | { readonly type: 'language'; readonly language: string }
  /** The lines behind it wait. */
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'hangup' };

/** A line that is no command. */
export class CommandError extends HooklineError<CliErrorCode> {
  constructor(message: string) {
    super('CLI_COMMAND', message);
  }
}

/** The fields of each command; those with a default may be left out. */
const FIELDS: Readonly<Record<Command['type'], readonly string[]>> = {
  say: ['wav'],
  tone: ['hz', 'ms'],
  silence: ['ms'],
  dtmf: ['digits', 'gapMs'],
  hold: [],
  resume: [],
  language: ['language'],
  wait: ['ms'],
  hangup: [],
};

/** The names of all commands. */
export const COMMAND_TYPES = Object.keys(FIELDS);

const DAY_MS = 24 * 60 * 60 * 1000;
const SPAN: NumberRule = { min: 1, max: DAY_MS };

/** Reads a line as a command. @throws CommandError that says what is wrong with it */
export function parseCommand(line: string): Command {
  const given = objectOf(line);
  const { type } = given;
  if (typeof type !== 'string') {
    throw new CommandError(
      `type: got ${shown(type)}; expected one of ${COMMAND_TYPES.join(', ')}, as in {"type":"hangup"}.`,
    );
  }
  if (!isType(type)) {
    throw new CommandError(
      `There is no command ${shown(type)}${meant(type, COMMAND_TYPES)}. There are: ${COMMAND_TYPES.join(', ')}.`,
    );
  }
  const known = ['type', ...FIELDS[type]];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new CommandError(
      `${type} has no field ${shown(unknown)}${meant(unknown, known)}; it has ${known.join(', ')}.`,
    );
  }
  switch (type) {
    case 'say':
      return { type, wav: text(given, 'wav', 'the path of a WAV file') };
    case 'tone':
      return { type, hz: number(given, 'hz', { min: 50, max: 3900, integer: true }, 440), ms: span(given) };
    case 'silence':
    case 'wait':
      return { type, ms: span(given) };
    case 'dtmf':
      return { type, digits: digits(given), gapMs: number(given, 'gapMs', { min: 0, max: DAY_MS }, 200) };
    case 'language':
      return { type, language: text(given, 'language', 'a language tag, such as en-US') };
    case 'hold':
    case 'resume':
    case 'hangup':
      return { type };
  }
}

type Given = Readonly<Record<string, unknown>>;

function objectOf(line: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new CommandError(`This is no JSON: ${messageOf(error)}. A command is an object on one line.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError(`got ${shown(value)}; expected an object, such as {"type":"hangup"}.`);
  }
  return { ...value };
}

function isType(type: string): type is Command['type'] {
  return Object.hasOwn(FIELDS, type);
}

function text(given: Given, field: string, expected: string): string {
  const value = given[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new CommandError(`${field}: got ${shown(value)}; expected ${expected}.`);
}

function digits(given: Given): string {
  const keys = text(given, 'digits', 'keys as a string, such as "1234#"');
  const wrong = [...keys].find((key) => !isDtmfDigit(key));
  if (wrong === undefined) return keys;
  throw new CommandError(`digits: got ${shown(wrong)}; expected keys 0 to 9, *, # and A to D.`);
}

function span(given: Given): number {
  return number(given, 'ms', SPAN);
}

function number(given: Given, field: string, rule: NumberRule, fallback?: number): number {
  const value = given[field] ?? fallback;
  const fault = numberFault(field, value, rule);
  if (typeof value !== 'number' || fault !== undefined) throw new CommandError(`${fault}.`);
  return value;
}

/** Characters of a value that are shown. */
const SHOWN_CHARS = 60;

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > SHOWN_CHARS ? `${json.slice(0, SHOWN_CHARS)}…` : json;
}

function meant(word: string, known: readonly string[]): string {
  const near = closestName(word, known);
  return near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`;
}

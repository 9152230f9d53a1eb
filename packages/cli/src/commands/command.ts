import { DEFAULT_KEY_GAP_MS } from '@hookline/client';
import { isDtmfDigit } from '@hookline/protocol';
import { HooklineError, messageOf, type NumberRule, numberFault } from '@hookline/runtime';
import type { CliErrorCode } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';

/** A command of `call --stdin`, one per line. */
export type Command =
  /** Queues a WAV file after the other audio of the caller. */
  | { readonly type: 'say'; readonly wav: string }
  | { readonly type: 'tone'; readonly hz: number; readonly ms: number }
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'dtmf'; readonly digits: string; readonly gapMs: number }
  | { readonly type: 'hold' }
  | { readonly type: 'resume' }
  | { readonly type: 'language'; readonly language: string }
  /** Delays the lines that follow. */
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'hangup' };

/** A line that is not a valid command. */
export class CommandError extends HooklineError<CliErrorCode> {
  static override get name(): string {
    return 'CommandError';
  }

  constructor(message: string) {
    super('CLI_COMMAND', message);
  }
}

/** The fields of each command. `hz` and `gapMs` are optional. */
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
const DURATION: NumberRule = { min: 1, max: DAY_MS };

/** Parses a line. @throws CommandError if it is not a valid command */
export function parseCommand(line: string): Command {
  const fields = parseObject(line);
  const { type } = fields;
  if (typeof type !== 'string') {
    throw new CommandError(
      `type: got ${display(type)}; expected one of ${COMMAND_TYPES.join(', ')}, as in {"type":"hangup"}.`,
    );
  }
  if (!isCommandType(type)) {
    throw new CommandError(
      `type: unknown command ${display(type)}${didYouMean(type, COMMAND_TYPES)}; expected one of ${COMMAND_TYPES.join(', ')}.`,
    );
  }
  const known = ['type', ...FIELDS[type]];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new CommandError(
      `${type}: unknown field ${display(unknown)}${didYouMean(unknown, known)}; expected ${known.join(', ')}.`,
    );
  }
  switch (type) {
    case 'say':
      return { type, wav: text(fields, 'wav', 'the path of a WAV file') };
    case 'tone':
      return {
        type,
        hz: number(fields, 'hz', { min: 50, max: 3900, integer: true }, 440),
        ms: durationMs(fields),
      };
    case 'silence':
    case 'wait':
      return { type, ms: durationMs(fields) };
    case 'dtmf':
      return {
        type,
        digits: digits(fields),
        gapMs: number(fields, 'gapMs', { min: 0, max: DAY_MS }, DEFAULT_KEY_GAP_MS),
      };
    case 'language':
      return { type, language: text(fields, 'language', 'a language tag, such as en-US') };
    case 'hold':
    case 'resume':
    case 'hangup':
      return { type };
  }
}

type CommandFields = Readonly<Record<string, unknown>>;

function parseObject(line: string): CommandFields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new CommandError(
      `not valid JSON: ${messageOf(error)}; expected an object on one line, such as {"type":"hangup"}.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError(`got ${display(value)}; expected an object, such as {"type":"hangup"}.`);
  }
  return { ...value };
}

function isCommandType(type: string): type is Command['type'] {
  return Object.hasOwn(FIELDS, type);
}

function text(fields: CommandFields, field: string, expected: string): string {
  const value = fields[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new CommandError(`${field}: got ${display(value)}; expected ${expected}.`);
}

function digits(fields: CommandFields): string {
  const keys = text(fields, 'digits', 'keys as a string, such as "1234#"');
  const invalid = [...keys].find((key) => !isDtmfDigit(key));
  if (invalid === undefined) return keys;
  throw new CommandError(`digits: got ${display(invalid)}; expected keys 0 to 9, *, # and A to D.`);
}

function durationMs(fields: CommandFields): number {
  return number(fields, 'ms', DURATION);
}

function number(fields: CommandFields, field: string, rule: NumberRule, fallback?: number): number {
  const value = fields[field] ?? fallback;
  const fault = numberFault(field, value, rule);
  if (typeof value !== 'number' || fault !== undefined) throw new CommandError(`${fault}.`);
  return value;
}

/** Maximum number of characters of a value in an error message. */
const DISPLAYED_CHARS = 60;

function display(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > DISPLAYED_CHARS ? `${json.slice(0, DISPLAYED_CHARS)}…` : json;
}

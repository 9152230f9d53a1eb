import {
  MAX_CLIENT_AUDIO_SPEED,
  MAX_CLIENT_TEXT_PER_SECOND,
  SERVER_MAX_PAYLOAD_BYTES,
  SERVER_TIMERS,
} from '@hookline/protocol';
import { type NumberRule, numberFault } from '@hookline/runtime';
import type { BotLimits, BotOptions, BotTimers } from './bot-options.js';
import { checkNames, type OptionNames, serverError } from './error.js';
import type { VariableSchemas } from './routing/variable-schemas.js';

const DEFAULT_LIMITS: BotLimits = {
  maxSessions: 10_000,
  maxSessionsPerKey: 10_000,
  maxPendingUpgrades: 1000,
  maxPayloadBytes: SERVER_MAX_PAYLOAD_BYTES,
  maxTextPerSecond: MAX_CLIENT_TEXT_PER_SECOND,
  maxAudioSpeed: MAX_CLIENT_AUDIO_SPEED,
  maxBufferedBytes: 1024 * 1024,
  maxTapMs: 2000,
};

const DEFAULT_TIMERS: BotTimers = { ...SERVER_TIMERS, authMs: 1000, idleMs: Number.POSITIVE_INFINITY };

/** What a timer or a socket of Node takes at most; beyond it they wait no time at all. */
const MOST = 2 ** 31 - 1;

const COUNT: NumberRule = { least: 1, most: MOST, whole: true };
const TIME: NumberRule = { above: 0, most: MOST };

const LIMIT_RULES: Readonly<Record<keyof BotLimits, NumberRule>> = {
  maxSessions: COUNT,
  maxSessionsPerKey: COUNT,
  maxPendingUpgrades: COUNT,
  maxPayloadBytes: COUNT,
  maxTextPerSecond: COUNT,
  maxAudioSpeed: { above: 0 },
  maxBufferedBytes: COUNT,
  maxTapMs: TIME,
};

const TIMER_RULES: Readonly<Record<keyof BotTimers, NumberRule>> = {
  // Node takes whole milliseconds for it.
  upgradeHeadersMs: COUNT,
  authMs: TIME,
  openMs: TIME,
  silenceMs: TIME,
  idleMs: { ...TIME, infinite: true },
  closeMs: TIME,
  socketMs: TIME,
};

/** Of `drain`, however it is asked for. 0 drops the calls at once. */
const DRAIN_RULE: NumberRule = { least: 0, most: MOST };

/** The limits, with what the caller chose. @throws HooklineError `BAD_OPTION` naming the limit */
export function botLimits(chosen: Partial<BotLimits> | undefined): BotLimits {
  checkNames<BotLimits>('createBot: limits: ', chosen, LIMIT_RULES);
  return checked('limits', { ...DEFAULT_LIMITS, ...chosen }, LIMIT_RULES);
}

/** The timers, with what the caller chose. @throws HooklineError `BAD_OPTION` naming the timer */
export function botTimers(chosen: Partial<BotTimers> | undefined): BotTimers {
  checkNames<BotTimers>('createBot: timers: ', chosen, TIMER_RULES);
  return checked('timers', { ...DEFAULT_TIMERS, ...chosen }, TIMER_RULES);
}

/**
 * A time for a drain, checked before anything is drained.
 *
 * @param field - the name of the option
 * @throws HooklineError `BAD_OPTION`
 */
export function checkDrainMs(field: string, ms: number | undefined): void {
  const fault = ms === undefined ? undefined : numberFault(field, ms, DRAIN_RULE);
  if (fault !== undefined) throw serverError('BAD_OPTION', `${fault}.`);
}

const BOT_OPTIONS: OptionNames<BotOptions & VariableSchemas> = {
  auth: true,
  path: true,
  inputs: true,
  outputs: true,
  unauthorized: true,
  authority: true,
  nonces: true,
  timers: true,
  limits: true,
  l16ByteOrder: true,
  logger: true,
  onError: true,
  measureReplies: true,
  clock: true,
  sink: true,
};

/** The names of the options, and those that are one of a few words, or a function. @throws HooklineError `BAD_OPTION` */
export function checkChoices(options: BotOptions): void {
  checkNames<BotOptions & VariableSchemas>('createBot: ', options, BOT_OPTIONS);
  const { unauthorized, l16ByteOrder, sink, onError } = options;
  if (onError !== undefined && typeof onError !== 'function') {
    throw serverError('BAD_OPTION', `onError is ${typeof onError}; expected a function.`);
  }
  oneOf('unauthorized', unauthorized, ['http', 'disconnect']);
  oneOf('l16ByteOrder', l16ByteOrder, ['le', 'be']);
  if (sink !== undefined && typeof sink !== 'function') {
    throw serverError(
      'BAD_OPTION',
      `sink is ${typeof sink}; expected a function that gives a sink for a call.`,
    );
  }
}

function oneOf(field: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ');
  throw serverError('BAD_OPTION', `${field} is ${JSON.stringify(value)}; expected ${expected}.`);
}

function checked<Name extends string, Values extends Readonly<Record<Name, number>>>(
  group: string,
  values: Values,
  rules: Readonly<Record<Name, NumberRule>>,
): Values {
  for (const name in rules) {
    const fault = numberFault(`${group}.${name}`, values[name], rules[name]);
    if (fault !== undefined) throw serverError('BAD_OPTION', `${fault}.`);
  }
  return values;
}

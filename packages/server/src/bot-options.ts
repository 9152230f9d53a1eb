import type { WireSink } from '@hookline/protocol';
import type { Clock, Logger } from '@hookline/runtime';
import type { AuthOptions } from './auth/auth-options.js';
import type { BotLimits, BotTimers } from './bot-limits.js';
import type { VariableSchemas } from './call/variable-schemas.js';
import { checkNames, type OptionNames, serverError } from './error.js';
import type { CallFacts } from './session/call-facts.js';

/** Options of `createBot`. */
export interface BotOptions extends AuthOptions {
  /** The path of the Base Connection URI; what follows it is the Connector ID. Default `/`. */
  readonly path?: string;
  /**
   * How a refused request is told: HTTP 401 before the upgrade (default), or `disconnect` with reason
   * `unauthorized` after it.
   */
  readonly unauthorized?: 'http' | 'disconnect';
  readonly timers?: Partial<BotTimers>;
  readonly limits?: Partial<BotLimits>;
  /** The byte order of L16; default `'le'`. */
  readonly l16ByteOrder?: 'le' | 'be';
  /** Where operators read what went wrong; default nowhere. */
  readonly logger?: Logger;
  /**
   * Told each mistake of the bot's own code that ends its call, or comes after the end: what the handler, a listener or
   * a detector threw. The log has it as well. No `CallFailure`, which is meant, and no `CallEnded`. For tests, and for
   * services that collect errors. What it throws itself becomes a process warning.
   */
  readonly onError?: (error: unknown, call: CallFacts) => void;
  /**
   * Listens on every call for the end of the caller's speech, to measure each reply; default false: only where
   * `onSpeech` or `bargeIn` listens anyway. Costs a speech detector a call.
   */
  readonly measureReplies?: boolean;
  /** The source of time; default the machine's. */
  readonly clock?: Clock;
  /**
   * Gives a sink for what happens on the wire of a call, at once, or none for that call. Not asked for a peer that is
   * refused.
   */
  readonly sink?: (call: CallFacts) => WireSink | undefined;
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

/** The names of the options, and those that are one of a few words, or a function. @throws HooklineError `SERVER_BAD_OPTION` */
export function checkChoices(options: BotOptions): void {
  checkNames<BotOptions & VariableSchemas>('createBot: ', options, BOT_OPTIONS);
  const { unauthorized, l16ByteOrder, sink, onError } = options;
  if (onError !== undefined && typeof onError !== 'function') {
    throw serverError('SERVER_BAD_OPTION', `onError is ${typeof onError}; expected a function.`);
  }
  oneOf('unauthorized', unauthorized, ['http', 'disconnect']);
  oneOf('l16ByteOrder', l16ByteOrder, ['le', 'be']);
  if (sink !== undefined && typeof sink !== 'function') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `sink is ${typeof sink}; expected a function that gives a sink for a call.`,
    );
  }
}

function oneOf(field: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ');
  throw serverError('SERVER_BAD_OPTION', `${field} is ${JSON.stringify(value)}; expected ${expected}.`);
}

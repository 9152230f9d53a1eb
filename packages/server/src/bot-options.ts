import type { WireSink } from '@hookline/protocol';
import { type Clock, type Logger, numberFault } from '@hookline/runtime';
import type { AuthOptions } from './auth/auth-options.js';
import type { BotLimits, BotTimers } from './bot-limits.js';
import type { BotParts } from './call/route.js';
import { checkNames, type OptionNames, serverError } from './error.js';
import type { CallFacts } from './session/call-facts.js';
import { checkFunction, checkMethods } from './user-code/user-code-check.js';

/** Options of `createBot`. */
export interface BotOptions extends AuthOptions {
  /** The path of the Base Connection URI; what follows it is the Connector ID. Default `/`. */
  readonly path?: string;
  /**
   * How a request is refused: HTTP 401 before the upgrade (default), or `disconnect` with reason
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
  /**
   * How much caller audio from `opened` on is held for the first reader of `call.caller()`, in milliseconds: what the
   * caller says while a bot looks something up or connects. When it is exceeded without a reader, the held audio is
   * dropped, holding ends, and a later reader begins with the next frame; `call.stats.droppedTapFrames` then counts the dropped
   * frames. Default 5000, 40 KB per call of one channel; 0 holds nothing; at most 60,000.
   */
  readonly holdCallerAudioMs?: number;
  /** The source of time; default the machine's. */
  readonly clock?: Clock;
  /**
   * Gives a sink for what happens on the wire of a call, at once, or none for that call. Not asked for a peer that is
   * refused.
   */
  readonly sink?: (call: CallFacts) => WireSink | undefined;
}

/** The default of `holdCallerAudioMs`, and what it may be at most. */
export const HOLD_CALLER_AUDIO_MS = 5000;
const MAX_HOLD_MS = 60_000;

const BOT_OPTIONS: OptionNames<BotOptions & BotParts> = {
  auth: true,
  path: true,
  inputs: true,
  outputs: true,
  prepare: true,
  unauthorized: true,
  authority: true,
  nonces: true,
  timers: true,
  limits: true,
  l16ByteOrder: true,
  logger: true,
  onError: true,
  measureReplies: true,
  holdCallerAudioMs: true,
  clock: true,
  sink: true,
};

/** The names of the options, and those that are one of a few words, or a function. @throws HooklineError `SERVER_BAD_OPTION` */
export function checkChoices(options: BotOptions): void {
  checkNames<BotOptions & BotParts>('createBot: ', options, BOT_OPTIONS);
  const { unauthorized, l16ByteOrder, sink, onError, holdCallerAudioMs } = options;
  checkFunction('createBot: onError', onError);
  checkMethods('createBot: logger', options.logger, ['debug', 'info', 'warn', 'error']);
  checkMethods('createBot: clock', options.clock, ['now', 'wall', 'after']);
  const fault =
    holdCallerAudioMs === undefined
      ? undefined
      : numberFault('createBot: holdCallerAudioMs', holdCallerAudioMs, { min: 0, max: MAX_HOLD_MS });
  if (fault) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
  oneOf('unauthorized', unauthorized, ['http', 'disconnect']);
  oneOf('l16ByteOrder', l16ByteOrder, ['le', 'be']);
  checkFunction('createBot: sink', sink, 'a function that gives a sink for a call');
}

function oneOf(field: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ');
  throw serverError('SERVER_BAD_OPTION', `${field} is ${JSON.stringify(value)}; expected ${expected}.`);
}

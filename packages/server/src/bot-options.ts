import type { WireSink } from '@hookline/protocol';
import type { Clock, Logger, OptionNames } from '@hookline/runtime';
import type { AuthOptions } from './auth/auth-options.js';
import type { BotLimits, BotTimers } from './bot-limits.js';
import type { HandlerOptions } from './call/route.js';
import { checkChoice, checkNames, checkNumber } from './error.js';
import type { CallFacts } from './session/call-facts.js';
import { checkBoolean, checkFunction, checkMethods } from './user-code/user-code-check.js';

/** Options of `createBot`. */
export interface BotOptions extends AuthOptions {
  /** The path of the Base Connection URI, which the Connector ID follows. Default `/`. */
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
  /** Receives log lines for operators; default none. */
  readonly logger?: Logger;
  /**
   * Called with each error of the bot's own code that ends its call or occurs after the end: an error that the handler,
   * a listener or a detector threw. It is logged as well. Not called with a `CallFailure`, which is deliberate, nor,
   * after the end of the call, with an error that the end caused (`CallEnded`, also as its `cause`). For tests, and for
   * services that collect errors. If it throws, this becomes a process warning.
   */
  readonly onError?: (error: unknown, call: CallFacts) => void;
  /**
   * Whether to detect the end of the caller's speech on every call, to measure each reply. Default false: only if
   * `onSpeech` or `bargeIn` detects speech anyway. Costs a speech detector per call.
   */
  readonly measureReplies?: boolean;
  /**
   * How much caller audio from `opened` on is buffered for the first reader of `call.caller()`, in milliseconds: speech
   * of the caller while a bot looks something up or connects. If it is exceeded without a reader, the buffered audio is
   * dropped, buffering ends, and a later reader starts with the next frame; `call.stats.droppedTapFrames` then counts
   * the dropped frames. Default 5000, 40 KB per call of one channel; 0 buffers nothing; at most 60,000.
   */
  readonly holdCallerAudioMs?: number;
  /** The clock; default the clock of the system. */
  readonly clock?: Clock;
  /**
   * Returns, synchronously, a sink for the wire events of a call, or undefined for none. Not called for a peer that is
   * refused.
   */
  readonly sink?: (call: CallFacts) => WireSink | undefined;
}

/** The default and the maximum of `holdCallerAudioMs`. */
export const HOLD_CALLER_AUDIO_MS = 5000;
const MAX_HOLD_MS = 60_000;

const BOT_OPTIONS: OptionNames<BotOptions & HandlerOptions> = {
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

/**
 * Checks the names of the options, and the options that are an enumeration or a function.
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function checkChoices(options: BotOptions): void {
  checkNames<BotOptions & HandlerOptions>('createBot: ', options, BOT_OPTIONS);
  const {
    unauthorized = 'http',
    l16ByteOrder = 'le',
    holdCallerAudioMs = HOLD_CALLER_AUDIO_MS,
    sink,
    onError,
  } = options;
  checkBoolean('createBot: measureReplies', options.measureReplies);
  checkFunction('createBot: onError', onError);
  checkMethods('createBot: logger', options.logger, ['debug', 'info', 'warn', 'error']);
  checkMethods('createBot: clock', options.clock, ['now', 'wall', 'after']);
  checkNumber('createBot: holdCallerAudioMs', holdCallerAudioMs, { min: 0, max: MAX_HOLD_MS });
  checkChoice('createBot: unauthorized', unauthorized, ['http', 'disconnect']);
  checkChoice('createBot: l16ByteOrder', l16ByteOrder, ['le', 'be']);
  checkFunction('createBot: sink', sink, 'a function that returns a sink for a call');
}

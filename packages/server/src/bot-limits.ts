import {
  MAX_CLIENT_AUDIO_SPEED,
  MAX_CLIENT_TEXT_PER_SECOND,
  SERVER_MAX_PAYLOAD_BYTES,
  SERVER_TIMERS,
} from '@hookline/protocol';
import { MAX_TIMER_MS, type NumberRule } from '@hookline/runtime';
import { checkNames, checkNumber } from './error.js';

/** The timers of the server, in milliseconds, above 0 and at most 2^31 - 1. */
export interface BotTimers {
  /**
   * From the connection to the end of the request header; default 10,000. A whole number. With TLS, the handshake has
   * the same time in addition.
   */
  readonly upgradeHeadersMs: number;
  /** For `auth` and `nonces` together; afterwards the request is refused with 503. Default 1,000. */
  readonly authMs: number;
  /** From the upgrade to `open`; default 10,000. */
  readonly openMs: number;
  /** From the upgrade to the end of `prepare`, if the bot has one; afterwards the call fails. Default 5,000. */
  readonly prepareMs: number;
  /** Without received data; default 20,000. */
  readonly silenceMs: number;
  /**
   * Without playback, digit collection or messages of the bot: a handler that hangs would leave the caller in silence.
   * Ends the call on the failure path. Default `Infinity`: a bot may listen for any time.
   */
  readonly idleMs: number;
  /** From `disconnect` to `close`; default 5,000. */
  readonly closeMs: number;
  /** From `closed` to the end of the connection; default 5,000. */
  readonly socketMs: number;
}

/** The limits of the server. Whole numbers, except for `maxAudioSpeed` and `maxTapMs`. */
export interface BotLimits {
  /** Concurrent calls; more are refused with 503. Default 10,000. */
  readonly maxSessions: number;
  /** Concurrent calls of one authenticated API key; more are refused with 503. Default 10,000. */
  readonly maxSessionsPerKey: number;
  /**
   * Upgrades that are being authenticated; more are refused with 503. Also the maximum number of peers that are being
   * refused by `disconnect` with `unauthorized`; further ones get 401. Default 1,000.
   */
  readonly maxPendingUpgrades: number;
  /** Bytes of a WebSocket message; a longer one ends the connection with 1009. Default 262,144. */
  readonly maxPayloadBytes: number;
  /** Text messages per second from one client; more end its call. Default 50. */
  readonly maxTextPerSecond: number;
  /**
   * Caller audio beyond this multiple of real time on average is dropped, after a credit of 10 s: audio that was held
   * back during a stall or until `opened` arrives faster than real time. Default 2.
   */
  readonly maxAudioSpeed: number;
  /** Bytes queued for one client; more end its call. Default 1 MiB. */
  readonly maxBufferedBytes: number;
  /** Caller audio that one tap of `call.audio` buffers before it drops the oldest, in milliseconds. Default 2,000. */
  readonly maxTapMs: number;
}

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

const DEFAULT_TIMERS: BotTimers = {
  ...SERVER_TIMERS,
  authMs: 1000,
  prepareMs: 5000,
  idleMs: Number.POSITIVE_INFINITY,
};

/** Sizes and numbers of things fit into 32 bits. */
const COUNT: NumberRule = { min: 1, max: 2 ** 31 - 1, integer: true };
/** A timer or socket of Node.js does not wait at all with a longer time. */
const TIME: NumberRule = { above: 0, max: MAX_TIMER_MS };

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
  // Node.js accepts only whole milliseconds here.
  upgradeHeadersMs: COUNT,
  authMs: TIME,
  openMs: TIME,
  prepareMs: TIME,
  silenceMs: TIME,
  idleMs: { ...TIME, infinite: true },
  closeMs: TIME,
  socketMs: TIME,
};

/** The limits, with the given ones applied. @throws HooklineError `SERVER_BAD_OPTION` with the name of the limit */
export function botLimits(chosen: Partial<BotLimits> | undefined): BotLimits {
  checkNames<BotLimits>('createBot: limits: ', chosen, LIMIT_RULES);
  return checked('limits', { ...DEFAULT_LIMITS, ...chosen }, LIMIT_RULES);
}

/** The timers, with the given ones applied. @throws HooklineError `SERVER_BAD_OPTION` with the name of the timer */
export function botTimers(chosen: Partial<BotTimers> | undefined): BotTimers {
  checkNames<BotTimers>('createBot: timers: ', chosen, TIMER_RULES);
  return checked('timers', { ...DEFAULT_TIMERS, ...chosen }, TIMER_RULES);
}

function checked<Name extends string, Values extends Readonly<Record<Name, number>>>(
  group: string,
  values: Values,
  rules: Readonly<Record<Name, NumberRule>>,
): Values {
  for (const name in rules) {
    checkNumber(`createBot: ${group}.${name}`, values[name], rules[name]);
  }
  return values;
}

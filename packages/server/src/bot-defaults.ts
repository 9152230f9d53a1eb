import {
  MAX_CLIENT_AUDIO_SPEED,
  MAX_CLIENT_TEXT_PER_SECOND,
  SERVER_MAX_PAYLOAD_BYTES,
  SERVER_TIMERS,
} from '@hookline/protocol';
import type { BotLimits, BotTimers } from './bot-options.js';
import { serverError } from './error.js';

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

/** The limits, with what the caller chose. @throws HooklineError `BAD_OPTION` naming the limit */
export function botLimits(chosen: Partial<BotLimits> | undefined): BotLimits {
  return checked('limits', { ...DEFAULT_LIMITS, ...chosen });
}

/** The timers, with what the caller chose. @throws HooklineError `BAD_OPTION` naming the timer */
export function botTimers(chosen: Partial<BotTimers> | undefined): BotTimers {
  return checked('timers', { ...SERVER_TIMERS, idleMs: Number.POSITIVE_INFINITY, ...chosen });
}

function checked<T extends BotLimits | BotTimers>(group: string, values: T): T {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !(value > 0)) {
      throw serverError('BAD_OPTION', `${group}.${name} is ${String(value)}; it must be a number above 0.`);
    }
  }
  return values;
}

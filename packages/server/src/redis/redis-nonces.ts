import { createHash } from 'node:crypto';
import { describe } from '@hookline/protocol';
import { type Clock, MAX_TIMER_MS, systemClock } from '@hookline/runtime';
import type { NonceStore } from '../auth/auth-options.js';
import { deadline } from '../deadline.js';
import { checkNames, checkNumber, serverError } from '../error.js';
import { checkFunction, checkMethods } from '../user-code/user-code-check.js';

/**
 * Sends one Redis command, given as its words, and resolves with the reply: `(words) => client.sendCommand(words)` of
 * node-redis, `(words) => client.call(...words)` of ioredis and iovalkey. The key is the second word.
 */
export type SendCommand = (words: [command: string, ...args: string[]]) => PromiseLike<unknown>;

/** Options of `redisNonces`. */
export interface RedisNoncesOptions {
  /**
   * The prefix of every key; default `hookline:nonce:`. Two bots that share API keys but are not instances of one bot
   * need different prefixes.
   */
  readonly prefix?: string;
  /**
   * The time for a reply of Redis, in milliseconds; default 500. Afterwards the request is refused with 503. A value
   * above `timers.authMs` of the bot has no effect.
   */
  readonly timeoutMs?: number;
  /** The clock; default the clock of the system. */
  readonly clock?: Clock;
}

const DEFAULT_PREFIX = 'hookline:nonce:';
const DEFAULT_REPLY_TIMEOUT_MS = 500;

/**
 * A nonce store in Redis or Valkey, for several instances of a bot and for restarts: `createBot({ nonces:
 * redisNonces(send) })`. Sends one `SET key 1 NX PX ttl` per signed request. A key is the prefix and a SHA-256, so
 * Redis contains no API keys.
 *
 * While Redis does not reply, all requests are refused with 503, and a proxy tries another instance.
 *
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function redisNonces(send: SendCommand, options: RedisNoncesOptions = {}): NonceStore {
  checkFunction('redisNonces: send', send ?? null, 'a function such as (words) => client.sendCommand(words)');
  checkNames<RedisNoncesOptions>('redisNonces: ', options, { prefix: true, timeoutMs: true, clock: true });
  const { prefix = DEFAULT_PREFIX, timeoutMs = DEFAULT_REPLY_TIMEOUT_MS, clock = systemClock } = options;
  if (typeof prefix !== 'string') {
    throw serverError('SERVER_BAD_OPTION', `redisNonces: prefix is ${describe(prefix)}; expected a string.`);
  }
  checkNumber('redisNonces: timeoutMs', timeoutMs, { above: 0, max: MAX_TIMER_MS });
  checkMethods('redisNonces: clock', clock, ['now', 'wall', 'after']);
  return {
    remember: async (key, ttlMs) => {
      const name = prefix + createHash('sha256').update(key).digest('hex');
      const sent = send(['SET', name, '1', 'NX', 'PX', String(Math.ceil(ttlMs))]);
      return isNew(await answerWithin(timeoutMs, clock, sent));
    },
  };
}

/** Redis replies to `SET` with `NX` with OK if it has set the key, and with nil if the key existed. */
function isNew(answer: unknown): boolean {
  const text = answer instanceof Uint8Array ? Buffer.from(answer).toString('latin1') : answer;
  if (text === 'OK') return true;
  if (text === null) return false;
  const hint = answer === undefined ? '; does send return the reply of the client?' : '';
  throw new Error(`Redis replied to SET with ${describe(answer)}; expected OK or null${hint}`);
}

/** Settles like `answer`, or rejects after `timeoutMs`. Later results are ignored. */
function answerWithin(timeoutMs: number, clock: Clock, answer: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = deadline(clock, clock.now() + timeoutMs, () =>
      reject(new Error(`Redis did not reply within ${timeoutMs} ms (redisNonces: timeoutMs)`)),
    );
    Promise.resolve(answer).then(resolve, reject).finally(cancel);
  });
}

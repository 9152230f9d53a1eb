import { createHash, randomBytes } from 'node:crypto';
import { describe } from '@hookline/protocol';
import { type Clock, MAX_TIMER_MS, systemClock } from '@hookline/runtime';
import type { NonceStore } from '../auth/auth-options.js';
import { deadline } from '../deadline.js';
import { checkNames, checkNumber, serverError } from '../error.js';
import { checkFunction, checkMethods } from '../user-code/user-code-check.js';

/**
 * Sends one Redis command, given as its words, and resolves with the reply: `(words) => client.sendCommand(words)` of
 * node-redis, `(words) => client.call(...words)` of ioredis and iovalkey. Commands must reach Redis in the order in which
 * they are sent.
 *
 * @param key - the key of the command, for a cluster client that does not find it among the words
 */
export type SendCommand = (words: [command: string, ...args: string[]], key: string) => PromiseLike<unknown>;

/** Options of `redisNonces`. */
export interface RedisNoncesOptions {
  /**
   * The prefix of every key; default `hookline:nonce:`. Two bots that share API keys but are not instances of one bot
   * need different prefixes.
   */
  readonly prefix?: string;
  /**
   * The time for a reply of Redis, in milliseconds; default 500. Afterwards the request is refused with 503, and its
   * nonce may be used again. Keep it below `timers.authMs` of the bot: a request that is refused because of that one
   * has used its nonce.
   */
  readonly timeoutMs?: number;
  /** The clock; default the clock of the system. */
  readonly clock?: Clock;
}

const DEFAULT_PREFIX = 'hookline:nonce:';
const DEFAULT_REPLY_TIMEOUT_MS = 500;

/**
 * The maximum number of commands without a reply with which a request is still checked. A client keeps each of them while a
 * connection lasts on which nothing is answered any more.
 */
const MAX_UNANSWERED = 2000;

/** Deletes a key if it has that value. A DEL could delete what another instance has stored for the same request. */
const DELETE_IF_EQUAL =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/**
 * A nonce store in Redis or Valkey, for several instances of a bot and for restarts: `createBot({ nonces:
 * redisNonces(send) })`. Sends one `SET key token NX PX ttl` per signed request, with a random token; if the key exists,
 * also a GET. A key is the prefix and a SHA-256, so Redis contains no API keys.
 *
 * While Redis does not reply, all requests are refused with 503, and a proxy tries another instance. That one must not
 * see a replay: an EVAL deletes the key if Redis has stored it nevertheless.
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
  let unanswered = 0;
  const command: Command = async (words, name) => {
    unanswered += 1;
    try {
      return await send(words, name);
    } finally {
      unanswered -= 1;
    }
  };
  return {
    remember: async (key, ttlMs) => {
      if (unanswered >= MAX_UNANSWERED) {
        throw new Error(
          `Redis has not replied to ${unanswered} commands, so no more are sent (redisNonces); limit the time of its client for a silent connection, such as with socketTimeout of ioredis`,
        );
      }
      const name = prefix + createHash('sha256').update(key).digest('hex');
      const token = randomBytes(12).toString('base64url');
      try {
        return await answerWithin(timeoutMs, clock, claim(command, name, token, ttlMs));
      } catch (error) {
        void withdraw(command, name, token);
        throw error;
      }
    },
  };
}

type Command = (...args: Parameters<SendCommand>) => Promise<unknown>;

/** Resolves with true if the key is now that of this attempt. */
async function claim(send: Command, name: string, token: string, ttlMs: number): Promise<boolean> {
  if (isNew(await send(['SET', name, token, 'NX', 'PX', String(Math.ceil(ttlMs))], name))) return true;
  // A client that lost its connection before the reply may have sent SET again, and met the key of its first one.
  return text(await send(['GET', name], name)) === token;
}

/**
 * Deletes the key of an attempt without a reply, which Redis may have set, or may yet set. It is sent at once, so that it
 * follows the SET on its connection before another instance asks; if it fails too, the key stays until it expires.
 */
async function withdraw(send: Command, name: string, token: string): Promise<void> {
  try {
    await send(['EVAL', DELETE_IF_EQUAL, '1', name, token], name);
  } catch {
    // The request has been refused because of the first error, which is logged.
  }
}

/** Redis replies to `SET` with `NX` with OK if it has set the key, and with nil if the key existed. */
function isNew(answer: unknown): boolean {
  const reply = text(answer);
  if (reply === 'OK') return true;
  if (reply === null) return false;
  const hint = answer === undefined ? '; does send return the reply of the client?' : '';
  throw new Error(`Redis replied to SET with ${describe(answer)}; expected OK or null${hint}`);
}

/** The text of a reply, which some clients return as bytes. */
function text(answer: unknown): unknown {
  return answer instanceof Uint8Array ? Buffer.from(answer).toString('latin1') : answer;
}

/** Settles like `answer`, or rejects after `timeoutMs`. Later results are ignored. */
function answerWithin<T>(timeoutMs: number, clock: Clock, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = deadline(clock, clock.now() + timeoutMs, () =>
      reject(new Error(`Redis did not reply within ${timeoutMs} ms (redisNonces: timeoutMs)`)),
    );
    answer.then(resolve, reject).finally(cancel);
  });
}

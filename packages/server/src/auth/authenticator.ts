import { createHash, randomBytes } from 'node:crypto';
import {
  CLOCK_SKEW_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  type VerifyResult,
  verify,
} from '@hookline/protocol/signature';
import { type Clock, describeValue, type Logger, messageOf } from '@hookline/runtime';
import { serverError } from '../error.js';
import { isPromise } from '../user-code/deferred.js';
import type { AuthOptions, UpgradeRequest } from './auth-options.js';
import { authorityOf, checkAuthority } from './authority.js';
import { type Keys, readEntry, readKeys, type Secrets } from './key-entries.js';
import { NonceMemory } from './nonce-memory.js';
import { SignatureHorizon } from './signature-horizon.js';

/** How long a signature can be accepted: its maximum age and the clock skew in both directions. */
const SIGNATURE_LIFETIME_MS = (MAX_SIGNATURE_AGE_SECONDS + 2 * CLOCK_SKEW_SECONDS) * 1000;

/** Twice the lifetime of a signature, as `SignatureHorizon` requires. */
const NONCE_TTL_MS = 2 * SIGNATURE_LIFETIME_MS;

/** A longer nonce is stored as a digest to limit memory. Genesys sends 24 characters. */
const MAX_NONCE_CHARS = 64;

/** The result of an authentication. */
export type Authentication =
  /** `apiKey` is empty with `auth: 'none'`, because it was not checked. */
  | { readonly ok: true; readonly apiKey: string }
  /**
   * `denied`: the credentials are wrong. `unavailable`: they could not be checked. `full`: they are valid, but a limit
   * on calls is reached.
   */
  | {
      readonly ok: false;
      readonly kind: 'denied' | 'unavailable' | 'full';
      readonly reason: string;
      readonly knownKey?: boolean;
    };

/** The abort reason of a check whose peer has disconnected; nothing is logged for it. */
export const PEER_GONE = Symbol('the peer is gone');

/**
 * Reserves a call for this API key. Called before a nonce is stored, so that a refused client can send the request again.
 *
 * @returns the reason if no call could be reserved; otherwise undefined
 */
export type ReserveCall = (apiKey: string) => string | undefined;

/** Remembers a nonce. Returns false if it is remembered already. */
type Remember = (keyid: string, nonce: string) => unknown;

/** Authenticates upgrade requests. Fails closed: a request is refused whatever goes wrong. (AC-AUTH-1 to AC-AUTH-3) */
export class Authenticator {
  /** Undefined if every client is accepted. */
  readonly #keys: Keys | undefined;
  /** Compared after the secrets of a key, up to `minCompared`, so that timing does not reveal how many it has. */
  readonly #fillers: readonly Uint8Array[];
  readonly #remember: Remember;
  readonly #horizon: SignatureHorizon;
  readonly #authority: AuthOptions['authority'];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #hasWarnedOfNull = false;

  /** @throws HooklineError `SERVER_BAD_SECRET`, `SERVER_BAD_OPTION` */
  constructor(options: AuthOptions, clock: Clock, logger: Logger) {
    this.#keys = options.auth === 'none' ? undefined : readKeys(options.auth);
    this.#fillers = Array.from({ length: this.#keys?.minCompared ?? 0 }, () => randomBytes(32));
    checkAuthority(options.authority);
    this.#remember = nonceChecker(options.nonces, clock);
    this.#horizon = new SignatureHorizon(clock, SIGNATURE_LIFETIME_MS);
    this.#authority = options.authority;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Whether every client is accepted. */
  get open(): boolean {
    return this.#keys === undefined;
  }

  /**
   * Never rejects. If a call was reserved, the calling code must release it, whatever the result.
   *
   * @param signal - returns the signal that aborts the check; called only if the check has to wait. Nothing is logged if its reason is `PEER_GONE`
   */
  async authenticate(
    request: UpgradeRequest,
    signal: () => AbortSignal,
    reserveCall: ReserveCall,
  ): Promise<Authentication> {
    if (!this.#keys) return reserved('', reserveCall);
    const apiKey = request.header('x-api-key');
    if (apiKey === undefined || apiKey === '') return denied('the header X-API-KEY is missing');
    try {
      const found = this.#keys.find(apiKey, request);
      const entry = isPromise(found) ? await unlessAborted(signal(), found) : found;
      // A database returns null for a key that it does not have.
      const secrets = entry === undefined || entry === null ? undefined : readEntry(entry);
      if (secrets === null) return reserved(apiKey, reserveCall);
      // An unknown key takes the same time and gets the same response as a wrong signature.
      const result = this.#verify(request, apiKey, secrets ?? []);
      if (!result.ok) {
        if (entry === null) this.#warnOfNull();
        return this.#refuse(result.reason, secrets !== undefined);
      }
      // AC-SIG-9
      if (this.#horizon.isBehind(result.created)) {
        return this.#refuse(
          'created is too old to check for a replay: the clock of this server was set back',
          true,
        );
      }
      const reservation = reserved(apiKey, reserveCall);
      if (!reservation.ok) return reservation;
      const remembered = this.#remember(result.keyid, result.nonce);
      const answer = isPromise(remembered) ? await unlessAborted(signal(), remembered) : remembered;
      if (answer === false) return this.#refuse('the nonce was used before (replay)', true);
      if (answer !== true)
        throw new Error(`nonces.remember returned ${describeValue(answer)}; expected true or false`);
      this.#horizon.accepted(result.created);
      return reservation;
    } catch (error) {
      if (error !== PEER_GONE) {
        this.#logger.error({ err: error }, `the credentials could not be checked: ${messageOf(error)}`);
      }
      return { ok: false, kind: 'unavailable', reason: 'the credentials cannot be checked at the moment' };
    }
  }

  #verify(request: UpgradeRequest, apiKey: string, secrets: Exclude<Secrets, null>): VerifyResult {
    const authority = authorityOf(this.#authority, request);
    return verify({
      requestTarget: request.url,
      headers: request.header,
      ...(authority === undefined ? {} : { authority }),
      apiKey,
      secrets: [...secrets, ...this.#fillers.slice(secrets.length)],
      now: this.#clock.wall() / 1000,
    });
  }

  /** Once, and only in the log: the response to an unknown key is that to a wrong signature. */
  #warnOfNull(): void {
    if (this.#hasWarnedOfNull) return;
    this.#hasWarnedOfNull = true;
    this.#logger.warn(
      {},
      'auth returned null, which means that there is no such key; for a key whose requests are unsigned return { unsigned: true }',
    );
  }

  #refuse(reason: string, known: boolean): Authentication {
    return { ok: false, kind: 'denied', reason, knownKey: known };
  }
}

function reserved(apiKey: string, reserveCall: ReserveCall): Authentication {
  const reason = reserveCall(apiKey);
  return reason === undefined ? { ok: true, apiKey } : { ok: false, kind: 'full', reason };
}

function denied(reason: string): Authentication {
  return { ok: false, kind: 'denied', reason };
}

/** @throws HooklineError `SERVER_BAD_OPTION` */
function nonceChecker(nonces: AuthOptions['nonces'], clock: Clock): Remember {
  if (nonces === undefined) {
    const memory = new NonceMemory(clock);
    return (keyid, nonce) => memory.remember(keyid, shortened(nonce), NONCE_TTL_MS);
  }
  if (typeof nonces?.remember !== 'function') {
    throw serverError(
      'SERVER_BAD_OPTION',
      'createBot: nonces has no method remember; expected { remember(key, ttlMs) }.',
    );
  }
  return (keyid, nonce) => nonces.remember(JSON.stringify([keyid, shortened(nonce)]), NONCE_TTL_MS);
}

/** Copies the nonce: a substring would keep the whole header in memory. */
function shortened(nonce: string): string {
  if (nonce.length <= MAX_NONCE_CHARS) return Buffer.from(nonce).toString();
  // The digest is longer than any nonce that is kept as it is, so the two cannot be confused.
  return `sha256:${createHash('sha256').update(nonce).digest('hex')}`;
}

/**
 * Settles like `answer`, which user code returned, or rejects with the signal's reason if that aborts first. Later
 * results are ignored, including a second answer of a thenable.
 */
export function unlessAborted<T>(signal: AbortSignal, answer: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const settled = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(answer).then(resolve, reject).finally(settled);
    if (signal.aborted) onAbort();
  });
}

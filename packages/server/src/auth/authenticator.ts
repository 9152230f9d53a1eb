import {
  CLOCK_SKEW_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  type VerifyResult,
  verify,
} from '@hookline/protocol/signature';
import { type Clock, type Logger, messageOf } from '@hookline/runtime';
import type { BotOptions } from '../bot-options.js';
import type { UpgradeRequest } from '../upgrade-request.js';
import type { KeyResolver, NonceStore } from './auth-options.js';
import { keyResolver, readEntry, type Secrets } from './key-entries.js';
import { NonceMemory } from './nonce-memory.js';

/** For as long as a signature can be accepted, on both sides of the skew. */
const NONCE_TTL_MS = (MAX_SIGNATURE_AGE_SECONDS + 2 * CLOCK_SKEW_SECONDS) * 1000;

/** Whether a request may open a call. */
export type Authentication =
  | { readonly ok: true; readonly apiKey: string }
  /** `denied`: the credentials are no good. `unavailable`: they could not be checked. */
  | { readonly ok: false; readonly why: 'denied' | 'unavailable'; readonly reason: string };

/** Checks who connects. Fails closed: whatever goes wrong, the answer is no. (AC-AUTH-1 to AC-AUTH-3) */
export class Authenticator {
  readonly #resolve: KeyResolver | undefined;
  readonly #nonces: NonceStore;
  readonly #authority: BotOptions['authority'];
  readonly #clock: Clock;
  readonly #logger: Logger;

  /** @throws HooklineError `BAD_SECRET`, `BAD_OPTION` */
  constructor(options: Pick<BotOptions, 'auth' | 'nonces' | 'authority'>, clock: Clock, logger: Logger) {
    this.#resolve = options.auth === 'none' ? undefined : keyResolver(options.auth);
    this.#nonces = options.nonces ?? new NonceMemory(clock);
    this.#authority = options.authority;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Whether everybody may connect. */
  get open(): boolean {
    return this.#resolve === undefined;
  }

  /** Never rejects. */
  async authenticate(request: UpgradeRequest): Promise<Authentication> {
    const apiKey = request.header('x-api-key');
    if (!this.#resolve) return { ok: true, apiKey: apiKey ?? '' };
    if (apiKey === undefined || apiKey === '') return denied('the header X-API-KEY is missing');
    try {
      const secrets = await this.#lookUp(this.#resolve, apiKey, request);
      if (secrets === null) return { ok: true, apiKey };
      // An unknown key goes through the same work and gets the same answer as a wrong signature.
      const result = this.#verify(request, apiKey, secrets ?? []);
      if (!result.ok) return this.#refuse(result.reason, secrets !== undefined);
      // AC-SIG-9
      const fresh = await this.#nonces.remember(JSON.stringify([result.keyid, result.nonce]), NONCE_TTL_MS);
      return fresh === true
        ? { ok: true, apiKey }
        : this.#refuse('the nonce was used before: a replay', true);
    } catch (error) {
      this.#logger.error({ err: error }, `the credentials could not be checked: ${messageOf(error)}`);
      return { ok: false, why: 'unavailable', reason: 'the credentials cannot be checked at the moment' };
    }
  }

  async #lookUp(resolve: KeyResolver, apiKey: string, request: UpgradeRequest): Promise<Secrets | undefined> {
    const entry = await resolve(apiKey, request);
    return entry === undefined ? undefined : readEntry(entry);
  }

  #verify(request: UpgradeRequest, apiKey: string, secrets: readonly Uint8Array[]): VerifyResult {
    const authority = typeof this.#authority === 'function' ? this.#authority(request) : this.#authority;
    return verify({
      requestTarget: request.url,
      headers: request.header,
      ...(authority === undefined ? {} : { authority }),
      apiKey,
      secrets,
      now: this.#clock.wall() / 1000,
    });
  }

  #refuse(reason: string, known: boolean): Authentication {
    this.#logger.warn({ knownKey: known }, `refused: ${reason}`);
    return denied(reason);
  }
}

function denied(reason: string): Authentication {
  return { ok: false, why: 'denied', reason };
}

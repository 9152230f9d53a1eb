import type { UpgradeRequest } from './upgrade-request.js';

/** A client secret: base64 text as Genesys stores it, or the bytes that it decodes to. */
export type ClientSecret = string | Uint8Array;

/** What is known of an API key: one secret, several while rotating, or `null` for a key whose requests are unsigned. */
export type KeyEntry = ClientSecret | readonly ClientSecret[] | null;

/**
 * Looks an API key up. `undefined`: no such key. One that throws, rejects, or has not answered after `timers.authMs`
 * refuses the request with 503.
 */
export type KeyResolver = (
  apiKey: string,
  request: UpgradeRequest,
) => KeyEntry | undefined | Promise<KeyEntry | undefined>;

/**
 * Who may connect.
 *
 * - a record: API key → entry. An `undefined` entry (a missing environment variable) throws at construction; it
 *   never means unsigned
 * - a function: looked up for each request
 * - `'none'`: everybody; a process warning says so once
 */
export type Auth = Readonly<Record<string, KeyEntry | undefined>> | KeyResolver | 'none';

/** Remembers nonces, so that a request cannot be replayed. Bring one that all instances share when there are several. */
export interface NonceStore {
  /**
   * Remembers `key` for `ttlMs`. False when it is remembered already. One that throws, rejects, answers anything but
   * true or false, or has not answered after `timers.authMs` refuses the request with 503.
   *
   * @param key - at most some hundred characters with the key of Genesys; holds the API key
   */
  remember(key: string, ttlMs: number): boolean | Promise<boolean>;
}

/** The options of a bot that say who may connect. */
export interface AuthOptions {
  /** Who may connect. */
  readonly auth: Auth;
  /**
   * What `@authority` is checked against; default the `Host` header. Forwarding headers are never trusted by default.
   * A function that throws, or gives no text, refuses the request with 503.
   */
  readonly authority?: string | ((request: UpgradeRequest) => string);
  /** Where used nonces are kept; default in the memory of this process. */
  readonly nonces?: NonceStore;
}

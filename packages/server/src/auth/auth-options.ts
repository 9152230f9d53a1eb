/** The parts of a WebSocket upgrade request that are needed to admit it. */
export interface UpgradeRequest {
  /** The request target exactly as in the request line: path and query. */
  readonly url: string;
  /** Returns a header by its lower-case name; the values of a repeated header are joined with `, `. */
  readonly header: (name: string) => string | undefined;
  /** The address of the peer, or of the proxy in front; undefined in memory. */
  readonly remoteAddress?: string | undefined;
}

/** A client secret: base64 text as Genesys stores it, or the bytes that it decodes to. */
export type ClientSecret = string | Uint8Array;

/**
 * The entry of an API key: one secret, several during a rotation, or `{ unsigned: true }` for a key whose requests are
 * unsigned. In a record `null` means unsigned as well.
 */
export type KeyEntry = ClientSecret | readonly ClientSecret[] | { readonly unsigned: true } | null;

/**
 * Looks up an API key. `undefined` and `null` mean that there is no such key: databases return `null` for a missing row,
 * which must not admit everybody. For a key whose requests are unsigned, return `{ unsigned: true }`. If it throws,
 * rejects or has not answered after `timers.authMs`, the request is refused with 503.
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

/** Remembers nonces, so that a request cannot be replayed. Several instances of a bot need one that they share. */
export interface NonceStore {
  /**
   * Remembers `key` for `ttlMs` milliseconds. Returns false if it is remembered already. If it throws, rejects, returns
   * anything but true or false, or has not answered after `timers.authMs`, the request is refused with 503.
   *
   * @param key - contains the API key and the nonce; a few hundred characters at most with keys as Genesys has them
   */
  remember(key: string, ttlMs: number): boolean | Promise<boolean>;
}

/** The options of a bot for authentication. */
export interface AuthOptions {
  /** Who may connect. */
  readonly auth: Auth;
  /**
   * The host that the signature's `@authority` must equal. Default: the `Host` header; forwarding headers are not
   * trusted. If a function throws or returns no string, the request is refused with 503.
   */
  readonly authority?: string | ((request: UpgradeRequest) => string);
  /** Where used nonces are kept; default in the memory of this process. */
  readonly nonces?: NonceStore;
}

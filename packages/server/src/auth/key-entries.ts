import { decodeSecret } from '@hookline/protocol/signature';
import { messageOf } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { Auth, KeyEntry, KeyResolver } from './auth-options.js';

/** The bytes of a key's secrets; null for a key whose requests are unsigned. */
export type Secrets = readonly Uint8Array[] | null;

/**
 * Reads what a user registered for a key.
 *
 * @throws HooklineError `SERVER_BAD_SECRET`; the message shows neither key nor secret
 */
export function readEntry(entry: KeyEntry): Secrets {
  if (entry === null) return null;
  const secrets = typeof entry === 'string' || entry instanceof Uint8Array ? [entry] : entry;
  if (!Array.isArray(secrets) || secrets.length === 0) {
    const isObject = typeof entry === 'object' && !Array.isArray(entry);
    const cure = isObject ? " Give the secret itself, { 'api-key': secret }, and no object." : '';
    throw serverError(
      'SERVER_BAD_SECRET',
      `auth: a key needs a secret, several secrets, or null for unsigned requests.${cure}`,
    );
  }
  try {
    return secrets.map(decodeSecret);
  } catch (cause) {
    throw serverError('SERVER_BAD_SECRET', `auth: ${messageOf(cause)}.`, cause);
  }
}

/** What an API key is hardly called, and the option of another library is. */
const OPTION_LIKE = ['apiKey', 'clientSecret'];

/**
 * Makes a lookup of what `auth` holds. A record is read at once, so that a mistake in it is found at the start.
 *
 * @throws HooklineError `SERVER_BAD_SECRET`, `SERVER_BAD_OPTION`
 */
export function keyResolver(auth: Exclude<Auth, 'none'>): KeyResolver {
  if (typeof auth === 'function') return auth;
  if (typeof auth !== 'object' || auth === null) {
    throw serverError(
      'SERVER_BAD_OPTION',
      "auth is missing: give { 'api-key': secret }, a function, or 'none' to let everybody in.",
    );
  }
  for (const name of OPTION_LIKE) {
    if (Object.hasOwn(auth, name)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `auth: \`${name}\` is no option; did you mean { [apiKey]: clientSecret }? The API key itself is the name.`,
      );
    }
  }
  const entries = new Map<string, KeyEntry>();
  for (const [key, entry] of Object.entries(auth)) {
    if (entry === undefined) {
      throw serverError(
        'SERVER_BAD_SECRET',
        `auth: no secret for key ${JSON.stringify(mask(key))}; is the environment variable set? Use null for unsigned requests.`,
      );
    }
    readEntry(entry);
    entries.set(key, entry);
  }
  if (entries.size === 0) {
    throw serverError(
      'SERVER_BAD_OPTION',
      "auth names no key: nobody could connect. Use 'none' to let everybody in.",
    );
  }
  return (apiKey) => entries.get(apiKey);
}

/** Enough of a key to know which one is meant. */
function mask(key: string): string {
  return key.length <= 4 ? key : `${key.slice(0, 4)}…`;
}

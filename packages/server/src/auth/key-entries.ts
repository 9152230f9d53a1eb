import { decodeSecret } from '@hookline/protocol/signature';
import { isBytes, messageOf } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { Auth, ClientSecret, KeyEntry, KeyResolver } from './auth-options.js';

/** The bytes of a key's secrets; null for a key whose requests are unsigned. */
export type Secrets = readonly Uint8Array[] | null;

/**
 * Reads the entry of a key.
 *
 * @throws HooklineError `SERVER_BAD_SECRET`; the message shows neither key nor secret
 */
export function readEntry(entry: KeyEntry): Secrets {
  if (entry === null || isUnsigned(entry)) return null;
  const secrets = typeof entry === 'string' || isBytes(entry) ? [entry] : entry;
  if (!isList(secrets) || secrets.length === 0) {
    const isObject = typeof entry === 'object' && !Array.isArray(entry);
    const cure = isObject ? " Pass the secret itself: { 'api-key': secret }." : '';
    throw serverError(
      'SERVER_BAD_SECRET',
      `createBot: auth: each key needs a secret, an array of secrets, or { unsigned: true } for unsigned requests.${cure}`,
    );
  }
  try {
    return secrets.map(decodeSecret);
  } catch (cause) {
    throw serverError('SERVER_BAD_SECRET', `createBot: auth: ${messageOf(cause)}.`, cause);
  }
}

/** `Array.isArray`, also for readonly arrays. */
const isList = (value: object): value is readonly ClientSecret[] => Array.isArray(value);

function isUnsigned(entry: Exclude<KeyEntry, null>): entry is typeof UNSIGNED {
  return typeof entry === 'object' && 'unsigned' in entry && entry.unsigned === true;
}

const UNSIGNED = { unsigned: true } as const;

/** What the value of a header can be. No request could have another key. */
const CARRIED = /^[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/**
 * Every signature is compared with at least this many secrets if those of all keys are not known in advance, so that
 * timing does not reveal how many a key has.
 */
const MIN_COMPARED = 4;

/** The API keys of a bot. */
export interface Keys {
  /** Looks up a key. */
  readonly find: KeyResolver;
  /** With how many secrets every signature is compared at least: as many as the key with most has. */
  readonly minCompared: number;
}

/** Names that are probably options and not API keys. */
const OPTION_LIKE = ['apiKey', 'clientSecret'];

/**
 * Reads `auth`. A record is checked at once, so that mistakes are reported when the bot is created.
 *
 * @throws HooklineError `SERVER_BAD_SECRET`, `SERVER_BAD_OPTION`
 */
export function readKeys(auth: Exclude<Auth, 'none'>): Keys {
  if (typeof auth === 'function') return { find: auth, minCompared: MIN_COMPARED };
  if (typeof auth !== 'object' || auth === null) {
    // Only the type: the value may be a secret.
    const what = auth === undefined ? 'missing' : auth === null ? 'null' : `a ${typeof auth}`;
    throw serverError(
      'SERVER_BAD_OPTION',
      `createBot: auth is ${what}; expected { 'api-key': secret }, a function, or 'none' to accept every client.`,
    );
  }
  for (const name of OPTION_LIKE) {
    if (Object.hasOwn(auth, name)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `createBot: auth: \`${name}\` is not an API key; did you mean { [apiKey]: clientSecret }? The API key itself is the property name.`,
      );
    }
  }
  /** Decoded once, not for each request. */
  const entries = new Map<string, Secrets>();
  let minCompared = 1;
  for (const [key, entry] of Object.entries(auth)) {
    if (!CARRIED.test(key)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `createBot: auth: an API key ${key === '' ? 'is empty' : 'has characters that no header can carry'}; expected the key without line breaks, and without spaces at its ends. Is it read from a file or an empty environment variable?`,
      );
    }
    if (entry === undefined) {
      throw serverError(
        'SERVER_BAD_SECRET',
        `createBot: auth: no secret for key ${JSON.stringify(mask(key))}; is the environment variable set? Use null for unsigned requests.`,
      );
    }
    const secrets = readEntry(entry);
    entries.set(key, secrets);
    minCompared = Math.max(minCompared, secrets?.length ?? 0);
  }
  if (entries.size === 0) {
    throw serverError(
      'SERVER_BAD_OPTION',
      "createBot: auth contains no API key, so no client could connect. Use 'none' to accept every client.",
    );
  }
  return {
    find: (apiKey) => {
      const secrets = entries.get(apiKey);
      return secrets === null ? UNSIGNED : secrets;
    },
    minCompared,
  };
}

/** The first characters of a key, to identify it. */
function mask(key: string): string {
  return key.length <= 4 ? key : `${key.slice(0, 4)}…`;
}

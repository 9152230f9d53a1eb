import { RealtimeError } from '../error.js';

/** A key, or a function that returns the key for each connection, for keys that expire. */
export type ApiKey = string | (() => string | Promise<string>);

/** What a header can contain: visible Latin-1 characters. A key from a file often ends with a line break. */
const SENDABLE = /^[\x21-\x7e\x80-\xff]+$/;

const EXPECTED = 'visible characters, without spaces and line breaks; trim the value';

/** @throws RealtimeError `REALTIME_BAD_OPTION`, without the value */
export function checkKey(service: string, key: ApiKey | undefined, variable: string): ApiKey {
  if (typeof key === 'function') return key;
  if (typeof key === 'string' && key.trim() !== '') {
    if (SENDABLE.test(key)) return key;
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      `${service}: apiKey has a character that cannot be sent in a header; expected ${EXPECTED}.`,
    );
  }
  const received = key === undefined ? 'missing' : typeof key === 'string' ? 'empty' : `a ${typeof key}`;
  throw new RealtimeError(
    'REALTIME_BAD_OPTION',
    `${service}: apiKey is ${received}; expected the key of the service, such as process.env.${variable}.`,
  );
}

/** The key for a connection. @throws RealtimeError `SERVICE_UNAUTHORIZED` */
export async function resolveKey(service: string, key: ApiKey): Promise<string> {
  if (typeof key === 'string') return key;
  let given: unknown;
  try {
    given = await key();
  } catch (cause) {
    throw new RealtimeError('SERVICE_UNAUTHORIZED', `${service}: apiKey() failed.`, { cause });
  }
  if (typeof given === 'string' && SENDABLE.test(given)) return given;
  throw new RealtimeError(
    'SERVICE_UNAUTHORIZED',
    typeof given === 'string' && given !== ''
      ? `${service}: apiKey() returned a key that cannot be sent in a header; expected ${EXPECTED}.`
      : `${service}: apiKey() returned no key; expected a non-empty string.`,
  );
}

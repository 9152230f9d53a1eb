import { RealtimeError } from '../error.js';

/** A key, or a function that returns the key for each connection, for keys that expire. */
export type ApiKey = string | (() => string | Promise<string>);

/** @throws RealtimeError `REALTIME_BAD_OPTION`, without the value */
export function checkKey(service: string, key: ApiKey | undefined, variable: string): ApiKey {
  if (typeof key === 'function' || (typeof key === 'string' && key.trim() !== '')) return key;
  const received = key === undefined ? 'missing' : typeof key === 'string' ? 'empty' : `a ${typeof key}`;
  throw new RealtimeError(
    'REALTIME_BAD_OPTION',
    `${service}: apiKey is ${received}; expected the key of the service, such as process.env.${variable}.`,
  );
}

/** The key for a connection. @throws RealtimeError `SERVICE_UNAUTHORIZED` */
export async function resolveKey(service: string, key: ApiKey): Promise<string> {
  if (typeof key === 'string') return key;
  try {
    const given = await key();
    if (typeof given === 'string' && given !== '') return given;
  } catch (cause) {
    throw new RealtimeError('SERVICE_UNAUTHORIZED', `${service}: apiKey() failed.`, { cause });
  }
  throw new RealtimeError(
    'SERVICE_UNAUTHORIZED',
    `${service}: apiKey() returned no key; expected a non-empty string.`,
  );
}

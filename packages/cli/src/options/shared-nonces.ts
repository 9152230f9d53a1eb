import { type Clock, messageOf } from '@hookline/runtime';
import type { Auth, NonceStore } from '@hookline/server';
import { redisNonces } from '@hookline/server/redis';
import { UsageError } from '../exit-codes.js';

/** A nonce store that several processes share. */
export interface SharedNonces {
  readonly store: NonceStore;
  close(): void;
}

/** Timeout of the first connection and of each first answer, in milliseconds. */
const CONNECT_MS = 2000;

/** A connection on which nothing is answered for this long is replaced: a firewall may have dropped it without a word. */
const SILENT_MS = 2000;

/**
 * Validates the URL of `--nonces` or HOOKLINE_NONCES.
 *
 * @param flag - the option; it overrides the environment, which is ignored if requests are not signed
 * @returns undefined if nonces are stored in the memory of the process
 * @throws UsageError without the password of the URL
 */
export function nonceUrl(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  auth: Auth,
): URL | undefined {
  const signed = typeof auth === 'object' && Object.values(auth).some((secret) => secret !== null);
  const value = flag ?? (signed ? env['HOOKLINE_NONCES'] : undefined);
  if (value === undefined) return undefined;
  const name = flag === undefined ? 'HOOKLINE_NONCES' : '--nonces';
  if (!signed) {
    throw new UsageError(`${name} needs signed requests; add --api-key and --client-secret.`);
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(
      `${name} is not a Redis URL; expected redis://HOST:PORT, or rediss:// for TLS, such as redis://127.0.0.1:6379.`,
    );
  }
  // The client would take database 0 for text. It is not repeated: it may be a part of a password with a slash.
  const databases = [url.pathname.slice(1), url.searchParams.get('db') ?? ''];
  if (!databases.every((database) => /^\d*$/.test(database))) {
    throw new UsageError(
      `The database in ${name} is not a number; expected one such as 1 in redis://127.0.0.1:6379/1, or none for database 0.`,
    );
  }
  return url;
}

/**
 * Connects to Redis, and reconnects after an outage.
 *
 * @throws Error with the address and the reason if the first connection fails, or the database cannot be used
 */
export async function openNonces(url: URL, clock: Clock): Promise<SharedNonces> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url.href, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  });
  let lastError: unknown;
  // Without a listener ioredis prints each error. Requests that are refused because of it are logged by the server.
  client.on('error', (error) => {
    lastError = error;
  });
  try {
    await answered(client.connect(), clock);
  } catch (error) {
    client.disconnect();
    throw new Error(`Cannot connect to Redis at ${url.host} (--nonces): ${messageOf(lastError ?? error)}`);
  }
  const { db } = client.options;
  try {
    // If ioredis cannot select the database of the URL, it connects nevertheless, and stays in database 0.
    if (db) await answered(client.select(db), clock);
  } catch (error) {
    client.disconnect();
    throw new Error(
      `Cannot use database ${db} of Redis at ${url.host} (--nonces): ${messageOf(error)}; name another one as the path of the URL.`,
    );
  }
  return {
    store: redisNonces((args) => client.call(...args)),
    close: () => client.disconnect(),
  };
}

/** ioredis limits only the time of the TCP connection: a Redis that accepts it and says nothing would be awaited for ever. */
function answered(asked: Promise<unknown>, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(CONNECT_MS, () =>
      reject(new Error(`it accepted the connection, but did not answer within ${CONNECT_MS / 1000} s`)),
    );
    asked.finally(cancel).then(() => resolve(), reject);
  });
}

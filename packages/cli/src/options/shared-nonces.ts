import { messageOf } from '@hookline/runtime';
import type { Auth, NonceStore } from '@hookline/server';
import { redisNonces } from '@hookline/server/redis';
import { UsageError } from '../exit-codes.js';

/** A nonce store that several processes share, and how to let go of it. */
export interface SharedNonces {
  readonly store: NonceStore;
  close(): void;
}

/** How long the first connection may take, in milliseconds. */
const CONNECT_MS = 2000;

/**
 * What `--nonces` says, checked.
 *
 * @param flag - the option; it goes before the environment, which is left aside where no request is signed
 * @returns undefined when nonces stay in the memory of the process
 * @throws UsageError; the message shows no password
 */
export function nonceUrl(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  auth: Auth,
): URL | undefined {
  const signed = typeof auth === 'object' && Object.values(auth).some((secret) => secret !== null);
  const given = flag ?? (signed ? env['HOOKLINE_NONCES'] : undefined);
  if (given === undefined) return undefined;
  const name = flag === undefined ? 'HOOKLINE_NONCES' : '--nonces';
  if (!signed) {
    throw new UsageError(`${name} is for signed requests: give --api-key and --client-secret as well.`);
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(
      `${name} is no address of a Redis; expected redis://HOST:PORT, or rediss:// for TLS, such as redis://127.0.0.1:6379.`,
    );
  }
  return url;
}

/** Connects to a Redis, and keeps to it: after an outage it is found again. @throws Error saying where nothing answered, and why */
export async function openNonces(url: URL): Promise<SharedNonces> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url.href, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  });
  let why: unknown;
  // Without a listener the client prints what goes wrong. A request that is refused for it has a line in the log.
  client.on('error', (error) => {
    why = error;
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw new Error(`No Redis answers at ${url.host} (--nonces): ${messageOf(why ?? error)}`);
  }
  return {
    store: redisNonces((words) => client.call(...words)),
    close: () => client.disconnect(),
  };
}

import type { Auth } from '@hookline/server';
import { UsageError } from '../exit-codes.js';
import { readVariable } from './credentials.js';

export interface ServerAuthFlags {
  readonly apiKey?: string;
  readonly clientSecret?: string;
  /** False for `--no-auth`. */
  readonly auth: boolean;
}

/**
 * The `auth` option of a served bot. A bot without authentication must be requested with `--no-auth`.
 *
 * @throws UsageError
 */
export function serverAuth(
  flags: ServerAuthFlags,
  env: Readonly<Record<string, string | undefined>>,
  warn: (text: string) => void,
): Auth {
  if (!flags.auth) {
    if (flags.apiKey !== undefined || flags.clientSecret !== undefined) {
      throw new UsageError('--no-auth and credentials cannot be used together; remove one of them.');
    }
    return 'none';
  }
  const apiKey = flags.apiKey ?? readVariable(env, 'HOOKLINE_API_KEY');
  const clientSecret = flags.clientSecret ?? readVariable(env, 'HOOKLINE_CLIENT_SECRET');
  if (apiKey === undefined) {
    throw new UsageError(
      'Authentication is required: pass --api-key with --client-secret (signed requests), --api-key alone (unsigned requests), or --no-auth (no authentication).',
    );
  }
  if (clientSecret === undefined) {
    warn('Without a client secret, unsigned requests with this API key are accepted.');
    return { [apiKey]: null };
  }
  return { [apiKey]: clientSecret };
}

import type { Auth } from '@hookline/server';
import { UsageError } from '../exit-codes.js';

export interface ServerAuthFlags {
  readonly apiKey?: string;
  readonly clientSecret?: string;
  /** False for `--no-auth`. */
  readonly auth: boolean;
}

/**
 * Who may call a served bot. Nobody is let in by leaving something out: without a key, `--no-auth` must say so.
 *
 * @throws UsageError
 */
export function serverAuth(
  flags: ServerAuthFlags,
  env: Readonly<Record<string, string | undefined>>,
  hint: (text: string) => void,
): Auth {
  if (!flags.auth) {
    if (flags.apiKey !== undefined || flags.clientSecret !== undefined) {
      throw new UsageError('Give --no-auth or credentials, not both.');
    }
    return 'none';
  }
  const apiKey = flags.apiKey ?? env['HOOKLINE_API_KEY'];
  const clientSecret = flags.clientSecret ?? env['HOOKLINE_CLIENT_SECRET'];
  if (apiKey === undefined) {
    throw new UsageError(
      'Say who may call: --api-key with --client-secret (signed), --api-key alone (unsigned), or --no-auth for everybody.',
    );
  }
  if (clientSecret === undefined) {
    hint('No client secret: requests with this API key are accepted unsigned.');
    return { [apiKey]: null };
  }
  return { [apiKey]: clientSecret };
}

import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

/** The credentials of an integration. No secret: requests go out unsigned. */
export interface Credentials {
  readonly apiKey: string;
  readonly clientSecret?: string;
}

export interface CredentialFlags {
  readonly apiKey?: string;
  readonly clientSecret?: string;
  readonly clientSecretFile?: string;
  /** False for `--no-sign`. */
  readonly sign?: boolean;
  /** Set where a profile gives the secret, which nobody else sees. */
  readonly clientSecretFrom?: 'profile';
}

/** Sent where no key is given: Genesys sends one always, and a bot that checks none takes any. */
const ANY_API_KEY = 'hookline';

/** Credentials from flags, then from HOOKLINE_API_KEY and HOOKLINE_CLIENT_SECRET. @throws UsageError */
export function parseCredentials(
  flags: CredentialFlags,
  env: Readonly<Record<string, string | undefined>>,
  hint: (text: string) => void,
): Credentials {
  const apiKey = flags.apiKey ?? env['HOOKLINE_API_KEY'] ?? ANY_API_KEY;
  if (flags.sign === false) {
    if (flags.clientSecret !== undefined || flags.clientSecretFile !== undefined) {
      throw new UsageError(
        '--no-sign and a client secret exclude each other: a secret is only used to sign.',
      );
    }
    return { apiKey };
  }
  const clientSecret = readSecret(flags, hint) ?? env['HOOKLINE_CLIENT_SECRET'];
  return clientSecret === undefined || clientSecret === '' ? { apiKey } : { apiKey, clientSecret };
}

/** What of the credentials is masked wherever it comes, also where a bot says it back. @throws UsageError */
export function secretsOf(
  flags: CredentialFlags,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { apiKey, clientSecret } = parseCredentials(flags, env, () => {});
  return [...(apiKey === ANY_API_KEY ? [] : [apiKey]), ...(clientSecret === undefined ? [] : [clientSecret])];
}

function readSecret(flags: CredentialFlags, hint: (text: string) => void): string | undefined {
  if (flags.clientSecret !== undefined && flags.clientSecretFile !== undefined) {
    throw new UsageError('Give --client-secret or --client-secret-file, not both.');
  }
  if (flags.clientSecretFile !== undefined) {
    try {
      return readFileSync(flags.clientSecretFile, 'utf8').trim();
    } catch (error) {
      throw new UsageError(`--client-secret-file cannot be read: ${messageOf(error)}.`);
    }
  }
  if (flags.clientSecret !== undefined && flags.clientSecretFrom !== 'profile') {
    hint(
      'A secret on the command line is seen by other processes: HOOKLINE_CLIENT_SECRET or --client-secret-file keep it private.',
    );
  }
  return flags.clientSecret;
}

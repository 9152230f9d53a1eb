import { PLACEHOLDER_API_KEY } from '@hookline/protocol';
import { UsageError } from '../exit-codes.js';
import { readTextFile } from './read-text-file.js';

/** The credentials of an integration. Without a secret, requests are not signed. */
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
  /** Set if a profile contains the secret. Unlike a flag, it is not visible to other processes. */
  readonly clientSecretFrom?: 'profile';
}

/** Credentials from the flags, or else from HOOKLINE_API_KEY and HOOKLINE_CLIENT_SECRET. @throws UsageError */
export function parseCredentials(
  flags: CredentialFlags,
  env: Readonly<Record<string, string | undefined>>,
  warn: (text: string) => void,
): Credentials {
  const apiKey = flags.apiKey ?? readVariable(env, 'HOOKLINE_API_KEY') ?? PLACEHOLDER_API_KEY;
  if (flags.sign === false) {
    if (flags.clientSecret !== undefined || flags.clientSecretFile !== undefined) {
      throw new UsageError('--no-sign and a client secret cannot be used together; remove one of them.');
    }
    return { apiKey };
  }
  const clientSecret = readSecret(flags, warn) ?? readVariable(env, 'HOOKLINE_CLIENT_SECRET');
  return clientSecret === undefined ? { apiKey } : { apiKey, clientSecret };
}

/**
 * A credential of the environment. An empty one is usually a secret that a CI job did not receive, so it never means
 * unsigned requests.
 *
 * @throws UsageError if it is empty
 */
export function readVariable(
  env: Readonly<Record<string, string | undefined>>,
  name: 'HOOKLINE_API_KEY' | 'HOOKLINE_CLIENT_SECRET',
): string | undefined {
  if (env[name] !== '') return env[name];
  throw new UsageError(`${name} is empty; set it to the value that the bot expects, or unset it.`);
}

/** The credentials that are masked in all output and files. @throws UsageError */
export function secretsOf(
  flags: CredentialFlags,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { apiKey, clientSecret } = parseCredentials(flags, env, () => {});
  return [
    ...(apiKey === PLACEHOLDER_API_KEY ? [] : [apiKey]),
    ...(clientSecret === undefined ? [] : [clientSecret]),
  ];
}

function readSecret(flags: CredentialFlags, warn: (text: string) => void): string | undefined {
  if (flags.clientSecret !== undefined && flags.clientSecretFile !== undefined) {
    throw new UsageError(
      '--client-secret and --client-secret-file cannot be used together; remove one of them.',
    );
  }
  if (flags.clientSecretFile !== undefined) {
    const secret = readTextFile(flags.clientSecretFile, '--client-secret-file').trim();
    if (secret === '') {
      throw new UsageError(
        `--client-secret-file ${JSON.stringify(flags.clientSecretFile)} is empty; use --no-sign for unsigned requests.`,
      );
    }
    return secret;
  }
  if (flags.clientSecret === '') {
    const source =
      flags.clientSecretFrom === 'profile' ? 'The clientSecret of the profile' : '--client-secret';
    throw new UsageError(`${source} is empty; use --no-sign for unsigned requests.`);
  }
  if (flags.clientSecret !== undefined && flags.clientSecretFrom !== 'profile') {
    warn(
      'Other processes can see a secret on the command line; use HOOKLINE_CLIENT_SECRET or --client-secret-file.',
    );
  }
  return flags.clientSecret;
}

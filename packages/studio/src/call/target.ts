import { type Dial, defineIntegration, type Integration, type TlsOptions } from '@hookline/client';
import type { IntegrationFields } from '../messages.js';

/** Sent where no key is given: Genesys always sends one, and a bot that checks none takes any. */
const PLACEHOLDER_API_KEY = 'hookline';

/** What the studio was started with, for the form and for what the form leaves out. */
export interface Launch {
  /** Default empty. */
  readonly baseUri?: string;
  /** Default empty. */
  readonly connectorId?: string;
  readonly apiKey?: string;
  /** base64; left out: requests are not signed. */
  readonly clientSecret?: string;
  readonly organizationId?: string;
  /** Certificate authorities to trust, or none at all. */
  readonly tls?: Pick<TlsOptions, 'insecure'> & { readonly ca?: string };
  /** Allows `ws:` to a public host. Default false. */
  readonly allowWs?: boolean;
  /** How connections to bots are made, those of the checks excepted. Default: real WebSockets. */
  readonly dial?: Dial;
}

/** The bot that a page wants called, with credentials that never leave the bridge. */
export interface Target {
  readonly integration: Integration;
  readonly baseUri: string;
  readonly apiKey: string;
  readonly clientSecret: string | undefined;
  /** Whether the key is one that somebody entered. */
  readonly hasKey: boolean;
  readonly tls: Launch['tls'];
  /** What is masked in all that the page is told. */
  readonly secrets: readonly string[];
}

/**
 * The target that the form describes; what it leaves out comes from the launch.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function resolveTarget(fields: IntegrationFields, launch: Launch): Target {
  const apiKey = fields.apiKey ?? launch.apiKey ?? '';
  const secret = fields.clientSecret ?? launch.clientSecret ?? '';
  const clientSecret = secret.trim() === '' ? undefined : secret.trim();
  return makeTarget({
    ...(fields.name ? { name: fields.name } : {}),
    baseUri: fields.baseUri.trim(),
    apiKey,
    clientSecret,
    launch,
  });
}

/** The same for a bot whose credentials the bridge has made up. */
export function makeTarget(options: {
  readonly name?: string;
  readonly baseUri: string;
  readonly apiKey: string;
  readonly clientSecret: string | undefined;
  readonly launch: Launch;
}): Target {
  const { name, baseUri, clientSecret, launch } = options;
  const apiKey = options.apiKey === '' ? PLACEHOLDER_API_KEY : options.apiKey;
  const integration = defineIntegration({
    ...(name === undefined ? {} : { name }),
    baseConnectionUri: baseUri,
    apiKey,
    clientSecret: clientSecret ?? null,
    ...(launch.organizationId === undefined ? {} : { organizationId: launch.organizationId }),
    ...(launch.tls === undefined ? {} : { tls: launch.tls }),
    allowWs: launch.allowWs === true,
    ...(launch.dial === undefined ? {} : { dial: launch.dial }),
  });
  return {
    integration,
    baseUri,
    apiKey,
    clientSecret,
    hasKey: options.apiKey !== '',
    tls: launch.tls,
    secrets: secretsOf(apiKey, clientSecret),
  };
}

/** What is masked of credentials in all that is told and kept. */
export function secretsOf(apiKey: string | undefined, clientSecret: string | undefined): string[] {
  const isReal = apiKey !== undefined && apiKey !== '' && apiKey !== PLACEHOLDER_API_KEY;
  return [...(isReal ? [apiKey] : []), ...(clientSecret ? [clientSecret] : [])];
}

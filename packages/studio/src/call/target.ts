import { type Dial, defineIntegration, type Integration, type TlsOptions } from '@hookline/client';
import { PLACEHOLDER_API_KEY } from '@hookline/protocol';
import type { IntegrationFields } from '../messages.js';

/** What the studio was started with: the initial values of the form, and defaults for fields left empty. */
export interface Launch {
  /** Default empty. */
  readonly baseUri?: string;
  /** Default empty. */
  readonly connectorId?: string;
  readonly apiKey?: string;
  /** base64. Default: requests are not signed. */
  readonly clientSecret?: string;
  readonly organizationId?: string;
  /** Certificate authorities to trust, or `insecure` to accept any certificate. */
  readonly tls?: Pick<TlsOptions, 'insecure'> & { readonly ca?: string };
  /** Allows `ws:` to a public host. Default false. */
  readonly allowWs?: boolean;
  /** Opens connections to bots, except for the checks. Default: real WebSockets. */
  readonly dial?: Dial;
}

/** The bot to call, with credentials that never leave the bridge. */
export interface Target {
  readonly integration: Integration;
  readonly baseUri: string;
  readonly apiKey: string;
  readonly clientSecret: string | undefined;
  /** Whether somebody entered the key. */
  readonly hasKey: boolean;
  readonly tls: Launch['tls'];
  /** Values to mask in everything sent to the page. */
  readonly secrets: readonly string[];
}

/**
 * Builds the target from the form; fields left empty come from the launch.
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

/** Builds a target from explicit values, for a bot whose credentials the bridge generated. */
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

/** The credentials to mask in everything that is sent and stored. */
export function secretsOf(apiKey: string | undefined, clientSecret: string | undefined): string[] {
  const isReal = apiKey !== undefined && apiKey !== '' && apiKey !== PLACEHOLDER_API_KEY;
  return [...(isReal ? [apiKey] : []), ...(clientSecret ? [clientSecret] : [])];
}

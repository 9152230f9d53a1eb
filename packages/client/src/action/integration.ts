import type { UriJoin } from '@hookline/protocol';
import { decodeSecret } from '@hookline/protocol/signature';
import { messageOf } from '@hookline/runtime';
import { argumentError, argumentErrorSaying } from '../argument-error.js';
import type { Dial, TlsOptions } from '../transport/dial.js';
import { wsDial } from '../transport/ws-dial.js';
import { checkIntegrationOptions } from './check-options.js';
import { checkConnectionUrl } from './connection-url.js';
import type { IntegrationOptions, ProbeOptions } from './options.js';
import { probe } from './probe.js';
import type { ProbeReport } from './probe-report.js';
import { snapshot } from './snapshot.js';

/** An Audio Connector integration as an administrator sets it up. Has no connection. */
export interface Integration {
  readonly name: string;
  readonly baseConnectionUri: string;
  readonly organizationId: string;
  readonly enabled: boolean;
  /**
   * Probes the bot as Genesys Cloud does when the integration is activated: dials the Base Connection URI, opens a
   * session with null ids and closes it. Failures of the connection are in the report; the promise does not reject for
   * them.
   *
   * @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection, naming the field
   */
  probe(options?: ProbeOptions): Promise<ProbeReport>;
}

/** The settings of an integration, which are not public. */
export interface IntegrationSettings {
  readonly baseConnectionUri: string;
  readonly organizationId: string;
  readonly apiKey: string;
  readonly secret: Uint8Array | null;
  readonly enabled: boolean;
  readonly featureEnabled: boolean;
  readonly join: UriJoin;
  readonly allowWs: boolean;
  readonly tls: TlsOptions | undefined;
  readonly customConfig: Readonly<Record<string, unknown>> | string | undefined;
  readonly dial: Dial;
}

/** Not enumerable, so that an integration can be printed without its secret. */
const SETTINGS: unique symbol = Symbol.for('hookline.integration');

/**
 * Sets up an integration.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function defineIntegration(given: IntegrationOptions): Integration {
  if (typeof given !== 'object' || given === null) {
    throw argumentError('integration', given, 'an object with baseConnectionUri and apiKey');
  }
  const options = snapshot(given);
  checkIntegrationOptions(options);
  const { name = 'Audio Connector', apiKey, allowWs = false } = options;
  checkConnectionUrl('baseConnectionUri', options.baseConnectionUri, allowWs);
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw argumentErrorSaying(
      'apiKey',
      apiKey === undefined || apiKey === ''
        ? `it is ${apiKey === '' ? 'empty' : 'missing'}; enter the API key that the bot expects (is the environment variable set?)`
        : 'it is not a string of printable ASCII characters without spaces; enter the API key that the bot expects',
    );
  }
  const settings: IntegrationSettings = {
    baseConnectionUri: options.baseConnectionUri,
    organizationId: options.organizationId ?? crypto.randomUUID(),
    apiKey,
    secret: secretOf(options),
    enabled: options.enabled ?? true,
    featureEnabled: options.featureEnabled ?? true,
    join: options.join ?? 'slash',
    allowWs,
    tls: options.tls,
    customConfig: options.customConfig,
    dial: options.dial ?? wsDial,
  };
  const integration: Integration = {
    name,
    baseConnectionUri: settings.baseConnectionUri,
    organizationId: settings.organizationId,
    enabled: settings.enabled,
    probe: async (probeOptions) => probe(settings, probeOptions),
  };
  Object.defineProperty(integration, SETTINGS, { value: settings });
  return integration;
}

/** The settings of an integration that `defineIntegration` made. @throws HooklineError `CLIENT_BAD_ARGUMENT` */
export function settingsOf(integration: unknown): IntegrationSettings {
  if (isIntegration(integration)) return integration[SETTINGS];
  throw argumentError('integration', integration, 'the return value of defineIntegration()');
}

function isIntegration(value: unknown): value is { readonly [SETTINGS]: IntegrationSettings } {
  return typeof value === 'object' && value !== null && SETTINGS in value;
}

function secretOf(options: IntegrationOptions): Uint8Array | null {
  const { clientSecret } = options;
  if (clientSecret === null || !('clientSecret' in options)) return null;
  if (clientSecret === undefined) {
    throw argumentErrorSaying(
      'clientSecret',
      'it is undefined; pass the secret, or null for unsigned requests (an unset variable never means unsigned)',
    );
  }
  try {
    return decodeSecret(clientSecret);
  } catch (error) {
    throw argumentErrorSaying('clientSecret', messageOf(error).replace(/^client secret: /, ''), error);
  }
}

import { defineIntegration, type Integration, type IntegrationOptions } from '@hookline/client';
import type { CliContext } from '../context.js';
import type { Console } from '../output/console.js';
import { type CredentialFlags, parseCredentials } from './identity.js';
import { type TlsFlags, tlsOptions } from './tls.js';

/** The flags that set up an integration. */
export interface IntegrationFlags extends CredentialFlags, TlsFlags {
  readonly orgId?: string;
  readonly allowWs?: boolean;
}

/** The integration that the flags describe. @throws UsageError, HooklineError `CLIENT_BAD_ARGUMENT` */
export function integrationOf(
  baseConnectionUri: string,
  flags: IntegrationFlags,
  context: CliContext,
  console: Console,
  { customConfig }: { readonly customConfig?: IntegrationOptions['customConfig'] | undefined } = {},
): Integration {
  return defineIntegration({
    baseConnectionUri,
    ...parseCredentials(flags, context.env, console.note),
    ...(flags.orgId === undefined ? {} : { organizationId: flags.orgId }),
    allowWs: flags.allowWs === true,
    ...tlsOptions(flags),
    ...(customConfig === undefined ? {} : { customConfig }),
  });
}

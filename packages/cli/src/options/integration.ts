import { defineIntegration, type Integration, type IntegrationOptions } from '@hookline/client';
import type { CliContext } from '../context.js';
import type { Console } from '../output/console.js';
import { readCertificates } from './certificate.js';
import { type CredentialFlags, parseCredentials } from './credentials.js';

export interface TlsFlags {
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** How the certificate of the bot is checked: `ca` is PEM, `insecure` skips the check. */
export interface TlsSettings {
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** The `tls` option of an integration; empty without a flag. @throws UsageError if the file cannot be read */
export function tlsOptions(flags: TlsFlags): { readonly tls?: TlsSettings } {
  if (flags.ca === undefined && !flags.insecure) return {};
  return {
    tls: {
      ...(flags.ca === undefined ? {} : { ca: readCertificates(flags.ca, '--ca') }),
      ...(flags.insecure ? { insecure: true } : {}),
    },
  };
}

/** The flags that set up an integration. */
export interface IntegrationFlags extends CredentialFlags, TlsFlags {
  readonly orgId?: string;
  readonly allowWs?: boolean;
}

/** The integration that the flags describe. @throws UsageError or HooklineError `CLIENT_BAD_ARGUMENT` */
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

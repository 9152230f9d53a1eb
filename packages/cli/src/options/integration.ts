import { readFileSync } from 'node:fs';
import { defineIntegration, type Integration, type IntegrationOptions } from '@hookline/client';
import { messageOf } from '@hookline/runtime';
import type { CliContext } from '../context.js';
import { UsageError } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import { type CredentialFlags, parseCredentials } from './identity.js';

export interface TlsFlags {
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** The certificate authorities to trust (PEM), or none at all. */
export interface TlsSettings {
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** The `tls` field of an integration, where a flag asks for one. @throws UsageError for a file that cannot be read */
export function tlsOptions(flags: TlsFlags): { readonly tls?: TlsSettings } {
  if (flags.ca === undefined && !flags.insecure) return {};
  return {
    tls: {
      ...(flags.ca === undefined ? {} : { ca: readAuthority(flags.ca) }),
      ...(flags.insecure ? { insecure: true } : {}),
    },
  };
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--ca cannot read ${JSON.stringify(path)}: ${messageOf(error)}.`);
  }
}

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

import { readFileSync } from 'node:fs';
import { messageOf } from '@hookline/runtime';
import { UsageError } from '../exit-codes.js';

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

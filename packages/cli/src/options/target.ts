import { UsageError } from '../exit-codes.js';

/** The target of a call: a base connection URI and a Connector ID, which is empty if the URI contains it. */
export interface Target {
  readonly baseConnectionUri: string;
  readonly connectorId: string;
}

export interface TargetFlags {
  readonly baseUri?: string;
  readonly connectorId?: string;
}

/** The target of a call. @throws UsageError if there is none, or if the URL and an option both name it */
export function parseTarget(url: string | undefined, flags: TargetFlags): Target {
  if (url !== undefined && (flags.baseUri !== undefined || flags.connectorId !== undefined)) {
    const flag = flags.baseUri !== undefined ? '--base-uri' : '--connector-id';
    throw new UsageError(
      `The URL ${JSON.stringify(url)} and ${flag} cannot be used together; remove one of them.`,
    );
  }
  const base = url ?? flags.baseUri;
  if (base === undefined) {
    throw new UsageError(
      flags.connectorId === undefined
        ? 'No target: pass a URL such as ws://localhost:8080/book, or --base-uri with --connector-id.'
        : '--connector-id needs --base-uri.',
    );
  }
  return { baseConnectionUri: base, connectorId: flags.connectorId ?? '' };
}

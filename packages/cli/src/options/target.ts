import { UsageError } from '../exit-codes.js';

/** Where to dial: a whole URL, or a base connection URI with a Connector ID. */
export interface Target {
  readonly baseConnectionUri: string;
  readonly connectorId: string;
}

export interface TargetFlags {
  readonly baseUri?: string;
  readonly connectorId?: string;
}

/** The target of a call verb. @throws UsageError when none, or more than one way to name it, is given */
export function parseTarget(url: string | undefined, flags: TargetFlags): Target {
  if (url !== undefined && (flags.baseUri !== undefined || flags.connectorId !== undefined)) {
    const other = flags.baseUri !== undefined ? '--base-uri' : '--connector-id';
    throw new UsageError(`Give the URL ${JSON.stringify(url)} or ${other}, not both.`);
  }
  const base = url ?? flags.baseUri;
  if (base === undefined) {
    throw new UsageError(
      flags.connectorId === undefined
        ? 'Say where to call: a URL such as ws://localhost:8080/book, or --base-uri with --connector-id.'
        : '--connector-id needs --base-uri.',
    );
  }
  return { baseConnectionUri: base, connectorId: flags.connectorId ?? '' };
}

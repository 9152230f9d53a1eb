import { randomUUID } from 'node:crypto';
import { NULL_UUID, PCMU_EXTERNAL } from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import type { CheckTls } from '../wire/dial.js';
import type { CallerIdentity } from '../wire/signature-form.js';

/** The bot under test and the identity of the caller. */
export interface CheckTarget {
  /** The URL to dial: the base connection URI joined with the Connector ID. */
  readonly url: string;
  /** The base connection URI for the probe. Default: `url`. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  /** The client secret, base64. Without it requests are not signed. */
  readonly clientSecret?: string;
  /** Default: random. */
  readonly organizationId?: string;
  readonly tls?: CheckTls;
}

/** The most characters that inputs add to an `open`: the rest of it always fits into a text message beside them. */
export const LARGE_OPEN_CHARS = 60_000;

/** Changes to the `open` of production: parameters by name; undefined omits one. */
export type OpenChanges = Readonly<Record<string, unknown>>;

/**
 * Returns the parameters of `open` as production sends them: numbers as `tel:` URIs, a lower-case language, empty inputs.
 *
 * @param inputs - input variables that the bot needs on every call
 */
export function openParameters(
  { organizationId }: CallerIdentity,
  changes: OpenChanges,
  inputs: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  return {
    organizationId,
    conversationId: randomUUID(),
    participant: { id: randomUUID(), ani: 'tel:+15550001', aniName: '', dnis: 'tel:+18005550002' },
    media: [PCMU_EXTERNAL],
    language: 'en-us',
    inputVariables: inputs,
    ...changes,
    ...(isRecord(changes['inputVariables'])
      ? { inputVariables: { ...inputs, ...changes['inputVariables'] } }
      : {}),
  };
}

/** The changes that turn a call into a connection probe. (AC-PROBE-1) */
export const PROBE: OpenChanges = {
  conversationId: NULL_UUID,
  participant: { id: NULL_UUID, ani: '', aniName: '', dnis: '' },
  language: undefined,
  inputVariables: undefined,
};

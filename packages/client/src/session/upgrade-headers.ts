import { sign } from '@hookline/protocol/signature';
import { checkArgument } from '@hookline/runtime';
import { USER_AGENT, type WireStyle } from './wire-style.js';

/** The identity of the client, and the session. */
export interface UpgradeIdentity {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly correlationId: string;
  readonly apiKey: string;
  /** The bytes of the client secret; null sends the request unsigned. */
  readonly secret: Uint8Array | null;
}

/**
 * The headers of the upgrade request besides those of the WebSocket handshake, signed if there is a secret, with names
 * and order as in a captured request; the position of `User-Agent` is assumed. (AC-CONN-7, AC-SIG-1)
 *
 * @param wallMs - Unix time in milliseconds
 */
export function upgradeHeaders(
  url: string,
  identity: UpgradeIdentity,
  wallMs: number,
  { userAgent = USER_AGENT, signature }: Pick<WireStyle, 'userAgent' | 'signature'> = {},
): Readonly<Record<string, string>> {
  checkArgument('CLIENT_BAD_ARGUMENT', 'upgradeHeaders: url', url, 'text');
  checkArgument('CLIENT_BAD_ARGUMENT', 'upgradeHeaders: identity', identity, 'object');
  const { secret, ...headers } = identity;
  const created = Math.floor(wallMs / 1000);
  return {
    'Audiohook-Organization-Id': headers.organizationId,
    'Audiohook-Correlation-Id': headers.correlationId,
    'Audiohook-Session-Id': headers.sessionId,
    'X-API-KEY': headers.apiKey,
    ...(secret === null ? {} : sign({ ...signature, url, headers, secret, created }).headers),
    ...(userAgent === null ? {} : { 'User-Agent': userAgent }),
  };
}

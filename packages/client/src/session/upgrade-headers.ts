import { sign } from '@hookline/protocol/signature';

/** Who dials, and for which session. */
export interface UpgradeIdentity {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly correlationId: string;
  readonly apiKey: string;
  /** The bytes of the client secret; null sends the request unsigned. */
  readonly secret: Uint8Array | null;
}

/**
 * The headers of the upgrade request besides those of the WebSocket handshake, signed where there is a secret.
 * (AC-CONN-7, AC-SIG-1)
 *
 * @param wallMs - Unix time in milliseconds
 */
export function upgradeHeaders(
  url: string,
  identity: UpgradeIdentity,
  wallMs: number,
): Readonly<Record<string, string>> {
  const { secret, ...headers } = identity;
  const named = {
    'Audiohook-Organization-Id': headers.organizationId,
    'Audiohook-Session-Id': headers.sessionId,
    'Audiohook-Correlation-Id': headers.correlationId,
    'X-API-KEY': headers.apiKey,
  };
  if (secret === null) return named;
  const signed = sign({ url, headers, secret, created: Math.floor(wallMs / 1000) });
  return { ...named, ...signed.headers };
}

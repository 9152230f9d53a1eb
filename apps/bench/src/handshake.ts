import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { API_KEY, CLIENT_SECRET } from './settings.js';

const COMPONENTS =
  '("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" "x-api-key")';
const KEY = Buffer.from(CLIENT_SECRET, 'base64');

/** The headers of a signed handshake, built without Hookline so that its bugs cannot improve the result. */
export function signedHeaders(
  url: string,
  ids: { organization: string; session: string },
): Record<string, string> {
  const { host, pathname } = new URL(url);
  const correlation = randomUUID();
  const created = Math.floor(Date.now() / 1000);
  const parameters = `${COMPONENTS};keyid="${API_KEY}";nonce="${randomBytes(18).toString('base64')}";alg="hmac-sha256";created=${created};expires=${created + 30}`;
  const base = [
    `"@request-target": ${pathname}`,
    `"@authority": ${host}`,
    `"audiohook-organization-id": ${ids.organization}`,
    `"audiohook-session-id": ${ids.session}`,
    `"audiohook-correlation-id": ${correlation}`,
    `"x-api-key": ${API_KEY}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  return {
    'Audiohook-Organization-Id': ids.organization,
    'Audiohook-Session-Id': ids.session,
    'Audiohook-Correlation-Id': correlation,
    'X-API-KEY': API_KEY,
    'Signature-Input': `sig1=${parameters}`,
    Signature: `sig1=:${createHmac('sha256', KEY).update(base).digest('base64')}:`,
  };
}

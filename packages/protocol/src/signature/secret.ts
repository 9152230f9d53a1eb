import { isBytes } from '@hookline/runtime';
import { protocolError } from '../error.js';
import { decodeBase64 } from './base64.js';

/**
 * Decodes a client secret into the bytes of the HMAC key (AC-SIG-2).
 *
 * @param secret - base64 text (standard alphabet, padding optional) as in the credentials of the integration,
 *   or the key bytes themselves, which are returned unchanged
 * @throws HooklineError `SECRET_INVALID` if it is empty or not base64; the message does not contain the secret
 */
export function decodeSecret(secret: string | Uint8Array): Uint8Array {
  const bytes = typeof secret === 'string' ? decodeBase64(secret) : secret;
  if (isBytes(bytes) && bytes.length > 0) return bytes;
  throw protocolError(
    'SECRET_INVALID',
    `client secret: ${fault(secret)}; expected base64 text of the standard alphabet (the padding "=" may be left out) ` +
      'or a Uint8Array of the key bytes, not empty',
  );
}

function fault(secret: unknown): string {
  if (isBytes(secret) || secret === '') return 'it is empty';
  if (typeof secret !== 'string') return `got ${secret === null ? 'null' : typeof secret}`;
  if (/\s/.test(secret)) return 'it contains white space';
  if (/[-_]/.test(secret))
    return 'it contains "-" or "_" as in the URL-safe alphabet, where "+" and "/" belong';
  if (/[^A-Za-z0-9+/=]/.test(secret)) return 'it contains a character that is not in the alphabet of base64';
  return `its ${secret.length} characters, padding included, are no whole number of bytes`;
}

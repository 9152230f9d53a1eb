import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const HMAC_BYTES = 32;

/** Replaces a missing secret or signature; unknown outside the process. */
const DUMMY = randomBytes(HMAC_BYTES);

/** Computes the HMAC-SHA256 of a signature base. */
export function hmac(base: string, secret: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(base, 'utf8').digest();
}

/**
 * Whether a signature is the HMAC of one of the bases with one of the secrets.
 *
 * If there is no usable secret, or the signature has the wrong length, random bytes take its place and the same work is
 * done, so that response time does not reveal whether a key exists (AC-SIG-12). Every pair is compared.
 */
export function isSignedBy(
  signature: Uint8Array,
  bases: readonly string[],
  secrets: readonly Uint8Array[],
): boolean {
  const hasLength = signature.length === HMAC_BYTES;
  const candidate = hasLength ? signature : DUMMY;
  const usable = secrets.filter((secret) => secret.length > 0);
  let equal = false;
  for (const secret of usable.length > 0 ? usable : [DUMMY]) {
    for (const base of bases) {
      if (timingSafeEqual(hmac(base, secret), candidate)) equal = true;
    }
  }
  return equal && hasLength && usable.length > 0;
}

import { X509Certificate } from 'node:crypto';
import { describe } from '@hookline/protocol';
import { isBytes } from '@hookline/runtime';
import { argumentError, argumentErrorSaying } from '../argument-error.js';

/**
 * Checks the certificates to trust. Node ignores anything that is not a certificate, and the bot's certificate would
 * then seem to be at fault. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function checkAuthorities(value: unknown, field: string): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    throw argumentErrorSaying(field, 'got an empty array; leave ca out to trust the well-known authorities');
  for (const [index, one] of list.entries()) {
    const place = Array.isArray(value) ? `${field}[${index}]` : field;
    if (typeof one !== 'string' && !isBytes(one))
      throw argumentError(place, one, 'certificates as PEM: a string, bytes, or an array of these');
    checkCertificates(one, place);
  }
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[\s\S]*?-----END \1-----/g;

function checkCertificates(given: string | Uint8Array, field: string): void {
  const pem = typeof given === 'string' ? given : Buffer.from(given).toString('latin1');
  if (!/^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/m.test(pem)) {
    const came = typeof given === 'string' ? 'a string' : describe(given);
    throw argumentErrorSaying(
      field,
      `got ${came} without a certificate in PEM (-----BEGIN CERTIFICATE-----); pass the content of the file, not its path, and convert DER to PEM`,
    );
  }
  try {
    // It reads the first one of a text.
    for (const [block] of [[pem], ...pem.matchAll(BLOCK)]) new X509Certificate(block ?? pem);
  } catch (error) {
    throw argumentErrorSaying(
      field,
      'it contains a certificate that cannot be read; check that the file is complete',
      error,
    );
  }
}

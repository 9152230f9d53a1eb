import { Buffer } from 'node:buffer';

/** The standard alphabet, with optional padding. The two character classes are disjoint, so there is no backtracking. */
const BASE64 = /^([A-Za-z0-9+/]*)(={0,2})$/;

/** Decodes base64 with optional padding; undefined if the text is not valid base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const [, digits, padding] = BASE64.exec(text) ?? [];
  if (digits === undefined || padding === undefined) return undefined;
  const remainder = digits.length % 4;
  if (remainder === 1) return undefined;
  if (padding !== '' && (remainder + padding.length) % 4 !== 0) return undefined;
  return new Uint8Array(Buffer.from(digits, 'base64'));
}

/** Encodes bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

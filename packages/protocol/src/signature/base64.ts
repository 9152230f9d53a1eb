import { Buffer } from 'node:buffer';

/** Standard alphabet; padding may be left out but not be wrong. One class after another: no backtracking. */
const BASE64 = /^([A-Za-z0-9+/]*)(={0,2})$/;

/** The bytes that base64 text stands for, or `undefined` when it is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const [, digits, padding] = BASE64.exec(text) ?? [];
  if (digits === undefined || padding === undefined) return undefined;
  const surplus = digits.length % 4;
  if (surplus === 1) return undefined;
  if (padding !== '' && (surplus + padding.length) % 4 !== 0) return undefined;
  return new Uint8Array(Buffer.from(digits, 'base64'));
}

/** Base64 text of bytes, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

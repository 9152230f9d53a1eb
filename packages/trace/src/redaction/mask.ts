/** Shorter values would be told by two of their characters. */
const SHOWN_FROM_CHARS = 6;
const SHOWN_CHARS = 2;

/** A secret as it may be shown: its first two characters, so that one key can be told from another. Masking twice changes nothing. */
export function mask(secret: string): string {
  if (secret.length <= SHOWN_CHARS + 3 && secret.endsWith('***')) return secret;
  return secret.length >= SHOWN_FROM_CHARS ? `${secret.slice(0, SHOWN_CHARS)}***` : '***';
}

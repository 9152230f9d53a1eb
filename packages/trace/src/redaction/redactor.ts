import { maskHead } from './head.js';
import { mask } from './mask.js';
import { maskUrl } from './url.js';

/** What is masked in every trace, as its header lists it. */
export const REDACTIONS: readonly string[] = [
  'X-API-KEY',
  'Signature',
  'Signature-Input keyid',
  'Signature-Input nonce',
  'Authorization, Proxy-Authorization, Cookie, Set-Cookie',
  'user, password and secret query values of URLs',
  'these values wherever they come again',
];

/** A shorter value is too likely to be part of an innocent word. */
const SOUGHT_FROM_CHARS = 6;

/** Masks the credentials of one call. */
export interface Redactor {
  /** The head of a request or response. What is masked in it is masked in all that comes later. */
  head(head: string): string;
  /** A URL or a request target. */
  url(url: string): string;
  /** Any other text, in which a peer may have said a credential back. */
  text(text: string): string;
}

/** @param secrets - values that are masked wherever they stand, if they have 6 characters or more; default none */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = new Map<string, string>();
  const learn = (secret: string) => {
    if (secret.length < SOUGHT_FROM_CHARS) return;
    known.set(secret, mask(secret));
    // As it stands within a JSON string.
    known.set(JSON.stringify(secret).slice(1, -1), mask(secret));
  };
  for (const secret of secrets) learn(secret);

  const text = (from: string) => {
    let masked = from;
    for (const [secret, shown] of known) masked = masked.replaceAll(secret, shown);
    return masked;
  };
  return {
    head: (head) => text(maskHead(head, learn)),
    url: (url) => text(maskUrl(url, learn)),
    text,
  };
}

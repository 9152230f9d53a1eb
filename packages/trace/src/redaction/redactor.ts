import { maskHead } from './head.js';
import { mask } from './mask.js';
import { decoded, maskUrl } from './url.js';

/** What is masked in every trace, as its header lists it. */
export const REDACTIONS: readonly string[] = [
  'X-API-KEY',
  'Signature',
  'Signature-Input keyid',
  'Signature-Input nonce',
  'Authorization, Proxy-Authorization, Cookie, Set-Cookie, and headers named after a key, token, secret or password',
  'user, password and secret query values of URLs, in the request line, in Location and other headers, and in text',
  'these values wherever they come again, percent-encoded and in base64 too',
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
    for (const form of formsOf(secret)) known.set(form, mask(secret));
  };
  for (const secret of secrets) learn(secret);

  const text = (from: string) => {
    let masked = maskUrl(from, learn);
    // The longest first: a form may be the beginning of another.
    const forms = [...known].sort(([a], [b]) => b.length - a.length);
    for (const [secret, shown] of forms) masked = masked.replaceAll(secret, shown);
    return masked;
  };
  return {
    head: (head) => text(maskHead(head, learn)),
    url: (url) => text(maskUrl(url, learn)),
    text,
  };
}

/** How a peer may say a secret back: as it is, within a JSON string, percent-encoded, decoded, in base64. */
function formsOf(secret: string): ReadonlySet<string> {
  const plain = decoded(secret);
  const forms = [secret, plain, percentEncoded(secret), percentEncoded(plain), ...base64Forms(secret)];
  // `Authorization: Basic …` and `Bearer …`: what stands behind the name of the scheme.
  const credential = /^(?:basic|bearer|token|apikey|digest)\s+(\S.*)$/i.exec(secret)?.[1];
  if (credential !== undefined) forms.push(credential);
  return new Set(
    [...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))].filter(
      (form) => form.length >= SOUGHT_FROM_CHARS,
    ),
  );
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair, which nobody can encode.
    return text;
  }
}

function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const base64 = btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
}

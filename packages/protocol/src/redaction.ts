import { checkArgument } from '@hookline/runtime';

/**
 * How many values found in heads and texts are also masked in later text, and how long they may be. They come from a
 * peer, and each is sought in every later text in a dozen forms; without limits, a few messages could stop the process
 * for seconds. A value beyond a limit is masked where it was found.
 */
const MAX_LEARNED = 32;
const MAX_LEARNED_CHARS = 4096;

/** What is masked in every trace, as listed in its header. */
export const REDACTIONS: readonly string[] = [
  'X-API-KEY',
  'Signature',
  'Signature-Input keyid',
  'Signature-Input nonce',
  'Authorization, Proxy-Authorization, Cookie, Set-Cookie, and headers named after a key, token, secret or password',
  'user, password and secret query values of URLs, in the request line, in Location and other headers, and in text',
  `these values wherever they come again, percent-encoded, in base64 and in hexadecimal too: those of the integration, and the first ${MAX_LEARNED} found, of up to ${MAX_LEARNED_CHARS} characters`,
];

/** Shorter values are too likely to be part of other words. */
const SOUGHT_FROM_CHARS = 6;

/**
 * The API key that the tools of Hookline send if none is configured, because Genesys Cloud always sends one. It is not a
 * secret, but a word that may occur in any text: a redactor masks it in the header, but does not seek it elsewhere.
 */
export const PLACEHOLDER_API_KEY = 'hookline';

/** Masks the credentials of one call. */
export interface Redactor {
  /**
   * Masks the head of a request or response. Its masked values are also masked in later text: the first 32 of them, and of
   * other texts, with up to 4096 characters.
   */
  head(head: string): string;
  /** Masks a URL or a request target. */
  url(url: string): string;
  /** Masks any other text, in which a peer may have sent a credential back. */
  text(text: string): string;
  /** A copy of a JSON value in which names and strings are masked like other text. Numbers are not changed. */
  json<T>(value: T): T;
}

/** @param secrets - values of 6 characters or more that are masked everywhere; default none */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'createRedactor: secrets', secrets, 'list');
  const known = new Map<string, string>();
  /** The longest first, because a form may be a prefix of another. */
  let forms: readonly (readonly [form: string, shown: string])[] = [];
  const learned = new Set<string>();
  const seek = (secret: string) => {
    for (const form of secretForms(secret)) known.set(form, mask(secret));
    forms = [...known].sort(([a], [b]) => b.length - a.length);
  };
  const learn = (secret: string) => {
    if (!isSought(secret) || secret.length > MAX_LEARNED_CHARS) return;
    if (learned.has(secret) || learned.size >= MAX_LEARNED) return;
    learned.add(secret);
    seek(secret);
  };
  for (const secret of secrets) if (isSought(secret)) seek(secret);

  const text = (from: string) => {
    let masked = maskUrl(from, learn);
    // A function, because a replacement string that begins with `$&` would insert the secret.
    for (const [secret, shown] of forms) masked = masked.replaceAll(secret, () => shown);
    return masked;
  };
  return {
    head: (head) => text(maskHead(head, learn)),
    url: (url) => text(maskUrl(url, learn)),
    text,
    // Not by masking the serialized value: digits of a number may be those of a secret.
    json(value) {
      const written = JSON.stringify(value, maskStrings(text));
      return written === undefined ? value : JSON.parse(written);
    },
  };
}

/** A replacer for `JSON.stringify` that masks names and strings. */
function maskStrings(text: (from: string) => string) {
  return (_: string, value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [text(name), field]));
  };
}

function isSought(secret: string): boolean {
  return secret.length >= SOUGHT_FROM_CHARS && secret !== PLACEHOLDER_API_KEY;
}

/**
 * The forms in which a peer may send a secret back: unchanged, in a JSON string, percent-encoded, decoded, in base64,
 * in hexadecimal; and for a base64 text, such as a client secret, all these forms of the decoded value.
 */
export function secretForms(secret: string): ReadonlySet<string> {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'secretForms: secret', secret, 'text');
  const plain = decoded(secret);
  const forms = [
    ...writtenForms(secret),
    plain,
    percentEncoded(plain),
    ...fromBase64(secret).flatMap(writtenForms),
  ];
  // `Authorization: Basic …` and `Bearer …`: the value after the name of the scheme.
  const credential = /^(?:basic|bearer|token|apikey|digest)\s+(\S.*)$/i.exec(secret)?.[1];
  if (credential !== undefined) forms.push(credential);
  return new Set(
    [...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))].filter(
      (form) => form.length >= SOUGHT_FROM_CHARS,
    ),
  );
}

function writtenForms(secret: string): string[] {
  return [secret, percentEncoded(secret), ...base64Forms(secret), ...hexForms(secret)];
}

/** The decoded bytes of base64 text, in hexadecimal and, if they are text, as text. */
function fromBase64(secret: string): string[] {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(secret)) return [];
  try {
    const binary = atob(secret.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const hex = hexOf(bytes);
    const text = new TextDecoder().decode(bytes);
    // Bytes that are not text decode to replacement characters.
    return [hex, hex.toUpperCase(), ...(/\p{C}|\ufffd/u.test(text) ? [] : [text])];
  } catch {
    return [];
  }
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair, which cannot be encoded.
    return text;
  }
}

function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const base64 = btoa(binary).replace(/=+$/, '');
  return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
}

function hexForms(secret: string): string[] {
  const hex = hexOf(new TextEncoder().encode(secret));
  return [hex, hex.toUpperCase()];
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Wire events and trace rows that may contain credentials: all but audio. */
export type Redactable =
  | { readonly kind: 'request' | 'response'; readonly head: string }
  | { readonly kind: 'message'; readonly text: string; readonly type?: string }
  | { readonly kind: 'violation'; readonly text: string }
  | { readonly kind: 'end'; readonly reason: string }
  | { readonly kind: 'playback' };

/** Masks the credentials in an event. */
export function redactEvent<E extends Redactable>(redactor: Redactor, event: E): E {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'redactEvent: redactor', redactor, 'object');
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'redactEvent: event', event, 'object');
  switch (event.kind) {
    case 'request':
    case 'response':
      return { ...event, head: redactor.head(event.head) };
    case 'message': {
      // The type is also text of the peer.
      const type = event.type === undefined ? {} : { type: redactor.text(event.type) };
      return { ...event, ...type, text: redactor.text(event.text) };
    }
    case 'violation':
      return { ...event, text: redactor.text(event.text) };
    case 'end':
      return { ...event, reason: redactor.text(event.reason) };
    case 'playback':
      return event;
  }
}

/**
 * Headers whose values are masked completely: the credentials of HTTP, also as a proxy passes them on, and headers whose
 * names indicate a secret, such as `Api-Key`, `X-Auth-Token` or `X-Amz-Security-Token`.
 */
const SECRET_HEADER =
  /authorization|authentication|cookie2?$|api-?key|apikey|access-?key|subscription-key|auth-?key|token|secret|password|passwd|credential|jwt|^x-auth|session-?key|^(?:x-)?(?:auth|key)$/i;

/** A subprotocol that carries credentials, because a browser can send no other header: `bearer.…`. */
const SECRET_SUBPROTOCOL = /bearer|key|token|secret|auth|credential|jwt/i;

/** A part of a subprotocol that is shorter is a word, such as `realtime`, that may occur elsewhere. */
const MIN_SECRET_CHARS = 12;

const FIELD = /^([^\s:]+)([ \t]*:[ \t]*)(.*)$/s;
const BYTE_SEQUENCE = /:([A-Za-z0-9+/=]+):/g;
const IDENTITY = /\b(keyid|nonce)=("(?:[^"\\]|\\.)*"|[^;]*)/gi;

/** Called with each value that is masked. */
type Found = (secret: string) => void;

/**
 * Masks the credentials in the head of a request or response, as on the wire.
 *
 * @param found - called with each value that was masked
 */
function maskHead(head: string, found: Found): string {
  let hidden = false;
  return head
    .split('\n')
    .map((line, index) => {
      const end = line.endsWith('\r') ? '\r' : '';
      const text = end ? line.slice(0, -1) : line;
      if (index === 0) return maskUrl(text, found) + end;
      // A folded line continues the previous header.
      if (/^[ \t]/.test(text)) return (hidden ? maskFolded(text, found) : maskUrl(text, found)) + end;
      const field = FIELD.exec(text);
      if (!field) return maskUrl(text, found) + end;
      const [, written = '', colon = '', value = ''] = field;
      const name = written.toLowerCase();
      hidden =
        name === 'signature' ||
        name === 'signature-input' ||
        SECRET_HEADER.test(name) ||
        (name === 'sec-websocket-protocol' && SECRET_SUBPROTOCOL.test(value));
      // Location, Referer, Link and many others contain URLs, so all values are searched for URLs.
      return `${written}${colon}${hidden ? maskValue(name, value, found) : maskUrl(value, found)}${end}`;
    })
    .join('\n');
}

function maskFolded(text: string, found: Found): string {
  found(text.trim());
  return ' ***';
}

function maskValue(name: string, value: string, found: Found): string {
  if (name === 'signature') return maskSignature(value, found);
  if (name === 'signature-input') return maskIdentity(value, found);
  if (name === 'sec-websocket-protocol') {
    for (const part of value.split(',').map((one) => one.trim()))
      for (const secret of [part, part.slice(part.indexOf('.') + 1)])
        if (secret.length >= MIN_SECRET_CHARS) found(secret);
  }
  found(value.trim());
  return mask(value.trim());
}

/** `sig1=:NZBw…:` keeps its label, which is informative; any other value is masked completely. */
function maskSignature(value: string, found: Found): string {
  const masked = value.replace(BYTE_SEQUENCE, (_, signature: string) => {
    found(signature);
    return `:${mask(signature)}:`;
  });
  if (masked !== value) return masked;
  found(value.trim());
  return mask(value.trim());
}

function maskIdentity(value: string, found: Found): string {
  return value.replace(IDENTITY, (_, name: string, quoted: string) => {
    const bare = quoted.replace(/^"|"$/g, '');
    found(bare);
    return `${name}="${mask(bare)}"`;
  });
}

/** Schemes have a maximum length, because one is sought at each word of a text. */
const USER_INFO = /((?:\b[a-z][a-z0-9+.-]{0,30}:)|(?<![^\s"'<(=,]))\/\/([^\s/?#"'<>]*)@/gi;
// A backslash before a quote belongs to a JSON string that ends there.
const QUERY = /([?&#])([^?=&#\s"'<>]+)=((?:[^&#\s"'<>\\]|\\(?!"))+)/g;

/** Words that mark a query parameter as secret, anywhere in its name. */
const SECRET_NAME = /key|token|secret|passw|pwd|auth|sig|credential|jwt/i;

/**
 * Masks user, password and query values whose names indicate secrets, also percent-encoded names; everything else is
 * kept. The URL may be within a text.
 *
 * @param found - called with each value that was masked
 */
function maskUrl(url: string, found: (secret: string) => void): string {
  return url
    .replace(USER_INFO, (_, scheme: string, userInfo: string) => {
      const [user = '', ...password] = userInfo.split(':');
      found(user);
      found(password.join(':'));
      return `${scheme}//***@`;
    })
    .replace(QUERY, (pair, before: string, name: string, value: string) => {
      if (!SECRET_NAME.test(decoded(name))) return pair;
      found(value);
      return `${before}${name}=${mask(value)}`;
    });
}

/** Decodes percent-encoding if it is valid. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Two characters of a shorter value would reveal too much of it. */
const SHOWN_FROM_CHARS = 6;
const SHOWN_CHARS = 2;

/** Masks a secret: keeps its first two characters, so that keys can be distinguished. Masking twice changes nothing. */
function mask(secret: string): string {
  if (secret.length <= SHOWN_CHARS + 3 && secret.endsWith('***')) return secret;
  return secret.length >= SHOWN_FROM_CHARS ? `${secret.slice(0, SHOWN_CHARS)}***` : '***';
}

import { mask } from './mask.js';
import { maskUrl } from './url.js';

/**
 * Headers of which nothing but the name may be kept: those of HTTP, and those whose names speak of a secret, such as
 * `Api-Key`, `X-Auth-Token` or `X-Amz-Security-Token`.
 */
const SECRET_HEADER =
  /^(?:proxy-)?authorization$|cookie2?$|api-?key|apikey|access-?key|subscription-key|auth-?key|token|secret|password|passwd|credential|jwt|^x-auth|session-?key|^(?:x-)?(?:auth|key)$/i;

/** Headers of the handshake whose names only sound like that. */
const OPEN_HEADER = /^sec-websocket-/i;

const FIELD = /^([^\s:]+)([ \t]*:[ \t]*)(.*)$/;
const BYTE_SEQUENCE = /:([A-Za-z0-9+/=]+):/g;
const IDENTITY = /\b(keyid|nonce)=("(?:[^"\\]|\\.)*"|[^;]*)/gi;

type Found = (secret: string) => void;

/**
 * Masks the credentials in the head of a request or response, as on the wire.
 *
 * @param found - is told each value that was masked
 */
export function maskHead(head: string, found: Found): string {
  let hidden = false;
  return head
    .split('\n')
    .map((line, index) => {
      const end = line.endsWith('\r') ? '\r' : '';
      const text = end ? line.slice(0, -1) : line;
      if (index === 0) return maskUrl(text, found) + end;
      // A folded line goes on with the header before it.
      if (/^[ \t]/.test(text)) return (hidden ? foldedAway(text, found) : maskUrl(text, found)) + end;
      const field = FIELD.exec(text);
      if (!field) return maskUrl(text, found) + end;
      const [, written = '', colon = '', value = ''] = field;
      const name = written.toLowerCase();
      hidden =
        name === 'signature' ||
        name === 'signature-input' ||
        (SECRET_HEADER.test(name) && !OPEN_HEADER.test(name));
      // Location, Referer, Link and many others hold URLs, which are looked for in all of them.
      return `${written}${colon}${hidden ? maskValue(name, value, found) : maskUrl(value, found)}${end}`;
    })
    .join('\n');
}

function foldedAway(text: string, found: Found): string {
  found(text.trim());
  return ' ***';
}

function maskValue(name: string, value: string, found: Found): string {
  if (name === 'signature') return maskSignature(value, found);
  if (name === 'signature-input') return maskIdentity(value, found);
  found(value.trim());
  return mask(value.trim());
}

/** `sig1=:NZBw…:` keeps its label, which is worth seeing; anything that is no signature keeps nothing. */
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

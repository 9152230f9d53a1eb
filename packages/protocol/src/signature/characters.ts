// Character classes of RFC 8941 for UTF-16 code units. `NaN`, the code after the end of a text, is in none of them
// but `isNotColon`.

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
const TOKEN_SIGNS = new Set(Array.from(":/!#$%&'*+-.^_`|~", (sign) => sign.charCodeAt(0)));

/** Space. */
export function isSpace(code: number): boolean {
  return code === SPACE;
}

/** Space and tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** ASCII from space to tilde: the characters of a string. */
export function isPrintable(code: number): boolean {
  return code >= SPACE && code <= TILDE;
}

/** Characters of a string that need no backslash. */
export function isUnescaped(code: number): boolean {
  return isPrintable(code) && code !== QUOTE && code !== BACKSLASH;
}

/** Any character except the delimiter of a byte sequence. */
export function isNotColon(code: number): boolean {
  return code !== COLON;
}

/** `a` to `z` and `*`. */
export function startsKey(code: number): boolean {
  return isLower(code) || code === 0x2a;
}

/** The first characters of a key, digits, `_`, `-` and `.`. */
export function continuesKey(code: number): boolean {
  return startsKey(code) || isDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e;
}

/** Letters and `*`. */
export function startsToken(code: number): boolean {
  return isLower(code) || (code >= 0x41 && code <= 0x5a) || code === 0x2a;
}

/** Letters, digits and punctuation of an HTTP token, `:` and `/`. */
export function continuesToken(code: number): boolean {
  return startsToken(code) || isDigit(code) || TOKEN_SIGNS.has(code);
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Tests on UTF-16 code units, `NaN` being the end of the text. They are what the grammar of RFC 8941 is made of. */

export const SPACE = 0x20;
export const TAB = 0x09;

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

export function isAlpha(code: number): boolean {
  return isLower(code) || (code >= 0x41 && code <= 0x5a);
}

/** ASCII from space to tilde: what a string may hold. */
export function isPrintable(code: number): boolean {
  return code >= SPACE && code <= 0x7e;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** `a` to `z` and `*`. */
export function startsKey(code: number): boolean {
  return isLower(code) || code === 0x2a;
}

/** What starts a key, digits, `_`, `-` and `.`. */
export function continuesKey(code: number): boolean {
  return startsKey(code) || isDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e;
}

/** Letters and `*`. */
export function startsToken(code: number): boolean {
  return isAlpha(code) || code === 0x2a;
}

const TOKEN_SIGNS = new Set(Array.from(":/!#$%&'*+-.^_`|~", (sign) => sign.charCodeAt(0)));

/** Letters, digits and the signs of an HTTP token, `:` and `/`. */
export function continuesToken(code: number): boolean {
  return isAlpha(code) || isDigit(code) || TOKEN_SIGNS.has(code);
}

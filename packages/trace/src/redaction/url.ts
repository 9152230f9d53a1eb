import { mask } from './mask.js';

const USER_INFO = /((?:\b[a-z][a-z0-9+.-]*:)|(?<![^\s"'<(=,]))\/\/([^\s/?#"'<>]*)@/gi;
// A backslash before a quote is that of a JSON string which ends there.
const QUERY = /([?&#])([^?=&#\s"'<>]+)=((?:[^&#\s"'<>\\]|\\(?!"))+)/g;

/** Names of query values that are secrets, whatever stands around the word. */
const SECRET_NAME = /key|token|secret|passw|pwd|auth|sig|credential|jwt/i;

/**
 * Masks user, password and the query values whose names speak of secrets, percent-encoded names too; path and all
 * else stay as they are. The URL may stand in the middle of a text.
 *
 * @param found - is told each value that was masked
 */
export function maskUrl(url: string, found: (secret: string) => void): string {
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

/** Percent-encoding undone, where it is one. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

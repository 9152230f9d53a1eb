import { mask } from './mask.js';

const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i;
const SECRET_QUERY = /([?&][^=&#\s]*(?:key|token|secret|passw|auth|sig)[^=&#\s]*=)([^&#\s]+)/gi;

/**
 * Masks user, password and the query values whose names speak of secrets; path and all else stay as they are.
 *
 * @param found - is told each value that was masked
 */
export function maskUrl(url: string, found: (secret: string) => void): string {
  return url
    .replace(USER_INFO, (_, scheme: string, userInfo: string) => {
      const [user = '', ...password] = userInfo.split(':');
      found(user);
      found(password.join(':'));
      return `${scheme}***@`;
    })
    .replace(SECRET_QUERY, (_, name: string, value: string) => {
      found(value);
      return `${name}${mask(value)}`;
    });
}

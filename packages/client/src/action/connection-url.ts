import { joinConnectionUri, type UriJoin, withoutSecrets } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { argumentError, argumentErrorSaying } from '../argument-error.js';
import { isLocalHost } from '../transport/addresses.js';
import { rewrittenPart } from './rewritten-part.js';

/**
 * Checks a URL before dialling. (DECISIONS.md #10)
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming `field`
 */
export function checkConnectionUrl(field: string, url: unknown, allowWs: boolean): void {
  if (typeof url !== 'string') throw argumentError(field, url, 'a URL, such as wss://bots.example/v1');
  if (!URL.canParse(url))
    throw argumentError(field, withoutSecrets(url), 'a URL, such as wss://bots.example/v1');
  const { protocol, hostname, hash, username, password } = new URL(url);
  // Checked first, because the other errors show the URL.
  if (username !== '' || password !== '') {
    throw argumentErrorSaying(
      field,
      'it contains a user name or a password, which are never sent; the API key identifies the client',
    );
  }
  if (protocol !== 'wss:' && protocol !== 'ws:') {
    throw argumentError(field, url, 'a URL whose scheme is wss (or ws, for tests)');
  }
  if (hash !== '' || url.endsWith('#')) {
    throw argumentError(
      field,
      url,
      'a URL without "#", because a fragment is never sent; write %23 for the character itself',
    );
  }
  const rewritten = rewrittenPart(url);
  if (rewritten) {
    const { part, effect, fix } = rewritten;
    throw argumentError(
      field,
      url,
      `a URL that is dialled as it is written (AC-CONN-1): ${JSON.stringify(part)} ${effect}, so that another URL would be dialled; ${fix}`,
    );
  }
  if (protocol === 'ws:' && !allowWs && !isLocalHost(hostname)) {
    throw argumentErrorSaying(
      field,
      `${protocol}//${hostname} is a public host without encryption, which Genesys Cloud does not dial; use wss, or set allowWs for a test`,
    );
  }
}

/**
 * The URL of an action: its Connector ID appended to the Base Connection URI. (DECISIONS.md #1)
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming `connectorId`
 */
export function connectionUrl(base: string, connectorId: string, join: UriJoin, allowWs: boolean): string {
  let url: string;
  try {
    url = joinConnectionUri(base, connectorId, join);
  } catch (error) {
    throw argumentErrorSaying('connectorId', messageOf(error).replace(/\.$/, ''), error);
  }
  checkConnectionUrl('connectorId', url, allowWs);
  return url;
}

import { checkArgument } from '@hookline/runtime';
import { protocolError } from './error.js';

/** How to join Base Connection URI and Connector ID: `slash` puts exactly one `/` between them, `raw` only concatenates. */
export type UriJoin = 'slash' | 'raw';

/**
 * Appends a Connector ID to a Base Connection URI without percent-encoding: an id may contain path segments and a query
 * (AC-CONN-1).
 *
 * @param base - the Base Connection URI, without a query
 * @param connectorId - appended unchanged; an empty id returns `base` unchanged
 * @param join - default `slash`: exactly one `/` between the two, none before an id that starts with `?`
 * @throws HooklineError `BASE_URI_HAS_QUERY` when the base has a query and there is an id to append
 */
export function joinConnectionUri(base: string, connectorId: string, join: UriJoin = 'slash'): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'joinConnectionUri: base', base, 'text');
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'joinConnectionUri: connectorId', connectorId, 'text');
  if (connectorId === '') return base;
  if (base.includes('?')) {
    throw protocolError(
      'BASE_URI_HAS_QUERY',
      `Base connection URI ${JSON.stringify(base)} has a query, so Connector ID ${JSON.stringify(connectorId)} cannot be appended to it. Put the query into the Connector ID.`,
    );
  }
  if (join === 'raw' || connectorId.startsWith('?')) return base + connectorId;
  return `${base.replace(/\/+$/, '')}/${connectorId.replace(/^\/+/, '')}`;
}

import { HooklineError } from '@hookline/runtime';

/** How base connection URI and Connector ID become one: with exactly one `/` between, or as they stand. */
export type UriJoin = 'slash' | 'raw';

/**
 * Appends a Connector ID to a base connection URI as it stands, with no percent-encoding: an id may hold path
 * parts and a query. With `slash` exactly one `/` stands between, unless the id starts with `?`; an empty id
 * leaves the base as it is. (AC-CONN-1)
 *
 * @throws HooklineError `BASE_URI_HAS_QUERY` when the base has a query and there is an id to append
 */
export function joinConnectionUri(base: string, connectorId: string, join: UriJoin = 'slash'): string {
  if (connectorId === '') return base;
  if (base.includes('?')) {
    throw new HooklineError(
      'BASE_URI_HAS_QUERY',
      `Base connection URI ${JSON.stringify(base)} has a query, so Connector ID ${JSON.stringify(connectorId)} cannot be appended to it. Put the query into the Connector ID.`,
    );
  }
  if (join === 'raw' || connectorId.startsWith('?')) return base + connectorId;
  return `${base.replace(/\/+$/, '')}/${connectorId.replace(/^\/+/, '')}`;
}
